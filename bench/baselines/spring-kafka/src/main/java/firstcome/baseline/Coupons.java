package firstcome.baseline;

import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** One request, one transaction: the stock is taken if there is any, and the table's constraints say who has one already. */
@Service
public class Coupons {
  private final JdbcTemplate jdbc;

  Coupons(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Throws DuplicateKeyException where the user has one; nothing is taken from the stock then. Null: sold out. */
  @Transactional
  public Issued issue(CouponRequest request, int partition, long offset) {
    List<Long> rank = jdbc.queryForList(
        "UPDATE coupon_policies SET issued = issued + 1 WHERE id = ? AND issued < total_quantity RETURNING issued",
        Long.class, request.couponPolicyId());
    if (rank.isEmpty()) return null;
    long now = System.currentTimeMillis();
    Issued issued = new Issued(request.requestId(), UUID.randomUUID(), request.couponPolicyId(), request.userId(),
        rank.get(0), partition, offset, now);
    jdbc.update(
        "INSERT INTO coupons (policy_id, user_id, request_id, coupon_id, rank, partition, log_offset, issued_at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        issued.couponPolicyId(), issued.userId(), issued.requestId(), issued.couponId(), issued.rank(),
        issued.partition(), issued.offset(), new Timestamp(now));
    return issued;
  }
}
