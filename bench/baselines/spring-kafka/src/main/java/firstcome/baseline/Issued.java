package firstcome.baseline;

import java.util.UUID;

public record Issued(
    UUID requestId, UUID couponId, long couponPolicyId, long userId, long rank, int partition, long offset, long issuedAt) {}
