export const info = {
  title: 'Firstcome',
  version: '0.1.0',
  summary: 'Orders, payments and coupons of a shop that survives its own sales.',
  description: `
**Who asks.** Every call but the reading of products, rankings and coupon policies takes a bearer token: a JWT, signed with
EdDSA, whose \`sub\` is the user id. Calls for administrators take the scope \`admin\` in its \`scope\`. The local system
prints one with \`npm run -s token 42\`, or \`npm run -s token 1 -- --admin\`.

**Refusals** are \`application/problem+json\` (RFC 9457). Tell them apart by \`code\`; which there are is said of each operation.

**Answers may grow.** A later version may add fields to an answer; pass over what you do not know. Requests are read
strictly: a field that is not documented is refused, so that no spelling mistake goes unnoticed.

**Numbers.** Ids of users, products and coupon policies and amounts of money are integers up to 2^53-1; money is in minor
units. All other ids are UUIDs. Times are RFC 3339.

**Limits.** A body has 16 KiB at most. A client, which is a token, or an address where there is none, may ask 50 times a
second, and 100 times in a burst.
`.trim(),
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
}

/** The local system (\`npm start\`), where no stack has moved its ports. */
export const servers = [{ url: 'http://127.0.0.1:8080', description: 'The gateway of the local system.' }]

/** Role names are allowed with any scheme since OpenAPI 3.1; here they are what the token's \`scope\` must have. */
export const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A JWT, signed with EdDSA: `sub` is the user id, `iss` and `aud` are those of the installation, `exp` must be there. Operations that name `admin` take a token whose `scope` has that word.',
  },
}
