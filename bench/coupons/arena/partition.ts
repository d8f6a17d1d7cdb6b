import kafkajs from 'kafkajs'

/** Where the requests for a policy lie. */
export function partitionOf(policyId: number, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [1],
    isr: [1],
  }))
  const choose = kafkajs.Partitioners.DefaultPartitioner()
  return choose({ topic: '', partitionMetadata, message: { key: String(policyId), value: null } })
}
