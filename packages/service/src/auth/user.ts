import { Problem } from '../http/problem.ts'

export interface User {
  id: number
  admin: boolean
}

/** A user's resources belong to that user alone; being an admin does not help. @throws {Problem} 403 FORBIDDEN */
export function requireOwner(user: User, userId: number): void {
  if (user.id !== userId) throw new Problem(403, 'FORBIDDEN', 'This belongs to another user.')
}
