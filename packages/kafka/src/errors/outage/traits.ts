/** What a classifier looks at. Client libraries are known by these, not by import: their users need not install all of them. */
export interface Traits {
  name: string
  code: string
  message: string
}
