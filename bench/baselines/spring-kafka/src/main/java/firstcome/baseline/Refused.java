package firstcome.baseline;

import java.util.UUID;

public record Refused(
    UUID requestId, long couponPolicyId, long userId, String reason, int partition, long offset, long failedAt) {}
