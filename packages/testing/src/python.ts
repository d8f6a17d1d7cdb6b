import { pythonTools } from '@firstcome/local'

/** The interpreter of a virtual environment with what this requirements file pins; made the first time, and then kept. */
export async function testPython(requirements: string): Promise<string> {
  const { python } = await pythonTools(requirements)
  return python
}
