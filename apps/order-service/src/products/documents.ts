import { bodyId } from '@firstcome/service'
import { z } from 'zod'

export const product = z
  .strictObject({
    productId: bodyId,
    name: z.string(),
    price: z.int().min(0).meta({ description: 'Of one unit, in minor units of the currency.' }),
  })
  .meta({ id: 'Product' })

export const productPage = z
  .strictObject({
    items: z.array(product),
    next: bodyId.nullable().meta({ description: 'What to ask for `after` to go on; null at the end.' }),
  })
  .meta({ id: 'ProductPage' })
