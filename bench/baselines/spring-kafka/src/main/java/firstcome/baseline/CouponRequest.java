package firstcome.baseline;

import java.util.UUID;

public record CouponRequest(UUID requestId, long couponPolicyId, long userId, long requestedAt) {}
