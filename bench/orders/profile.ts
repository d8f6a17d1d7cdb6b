import type { BenchServers } from '../arena/servers.ts'
import { profiled } from '../profile/profiled.ts'
import { wholePath } from './growth/whole-path.ts'
import { openShop, type ShopService } from './shop/shop.ts'
import { type Sizing, sizeOf } from './size.ts'

/** Where a service's processor time goes while orders are placed, paid, confirmed, stored and counted. */
export function profileOf(
  name: ShopService,
  servers: BenchServers,
  { say, ...sizing }: Sizing & { say: (line: string) => void },
): Promise<string> {
  const { connections, growth } = sizeOf(sizing)
  say(`  … ${name}, ${growth.orders.toLocaleString('en')} orders`)
  return profiled(`${name} while orders go the whole path`, async (nodeArgs) => {
    const shop = await openShop(servers, { from: 'src', connections, nodeArgs: { [name]: nodeArgs } })
    try {
      await wholePath(shop, 0, growth.orders)
      const { startedAt } = shop.service(name)
      const began = Date.now()
      await wholePath(shop, growth.orders, growth.orders)
      return { startedAt, began, ended: Date.now() }
    } catch (error) {
      throw shop.explained(error)
    } finally {
      await shop.close()
    }
  })
}
