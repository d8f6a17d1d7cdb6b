/** What a reader has to know before the first channel. */
const description = `
Six services talk only through these topics. Every record has a key, and everything with one key stays in the order in
which it was sent. Delivery is at least once: a record may come again, always with the same \`ce_id\`, so who knows an
id has handled the event already.

**Values** are Avro in Confluent's framing: a zero byte, the id of the writer's schema in the registry (4 bytes,
big-endian), the Avro body. Fetch the writer's schema by its id (\`GET /schemas/ids/{id}\`), keep it, and read with a
schema of your own: the one below, or any other registered version of the subject \`<topic>-value\`. Versions are
FULL_TRANSITIVE compatible: each version reads what every other one wrote, so a consumer needs to change only when it
wants a new field.

**Envelope**: CloudEvents 1.0 in binary mode and W3C trace context, in headers. **Compression**: snappy.

**Failures**: a consumer group sets a message that it could not handle aside, in retry topics of its own, and gives it
up after the last try, in a dead-letter topic of its own. These topics concern that group and its operators only.

Names are those of an installation without a prefix. Partitions and settings are those of the local system; a cluster
of three brokers has three replicas, and two in sync before a record is acknowledged. Besides its operations, a service
may read its topics from the beginning, to make its state anew, without a group of its own.
`.trim()

export const info = {
  title: 'Firstcome',
  version: '0.1.0',
  description,
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
}

/** The local system (`npm start`), where no stack has moved its ports. */
export const servers = {
  local: {
    host: '127.0.0.1:19092',
    protocol: 'kafka',
    description:
      'The broker of the local system, and its registry, for reading only: what Confluent clients speak, version 7 of the API.',
    bindings: {
      kafka: {
        schemaRegistryUrl: 'http://127.0.0.1:18082/apis/ccompat/v7',
        schemaRegistryVendor: 'apicurio',
        bindingVersion: '0.5.0',
      },
    },
  },
}
