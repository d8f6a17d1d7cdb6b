package firstcome.baseline;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.stereotype.Component;

/**
 * A record at a time. The sends are not waited for (each would take the linger): what is committed may therefore never be
 * told after a crash, which is in this baseline's favour.
 */
@Component
public class CouponListener {
  private final Coupons coupons;
  private final KafkaTemplate<String, byte[]> kafka;
  private final ObjectMapper json;
  private final String completed;
  private final String failed;

  CouponListener(Coupons coupons, KafkaTemplate<String, byte[]> kafka, ObjectMapper json,
      @Value("${topics.completed}") String completed, @Value("${topics.failed}") String failed) {
    this.coupons = coupons;
    this.kafka = kafka;
    this.json = json;
    this.completed = completed;
    this.failed = failed;
  }

  @KafkaListener(topics = "${topics.requests}", groupId = "${group}")
  void on(ConsumerRecord<String, byte[]> record, Acknowledgment acknowledgment) throws IOException {
    CouponRequest request = json.readValue(record.value(), CouponRequest.class);
    try {
      Issued issued = coupons.issue(request, record.partition(), record.offset());
      if (issued != null) kafka.send(completed, record.key(), json.writeValueAsBytes(issued));
      else refuse(request, "COUPON_SOLD_OUT", record);
    } catch (DuplicateKeyException again) {
      refuse(request, "COUPON_ALREADY_ISSUED", record);
    }
    acknowledgment.acknowledge();
  }

  private void refuse(CouponRequest request, String reason, ConsumerRecord<String, byte[]> record) throws IOException {
    Refused refused = new Refused(request.requestId(), request.couponPolicyId(), request.userId(), reason,
        record.partition(), record.offset(), System.currentTimeMillis());
    kafka.send(failed, record.key(), json.writeValueAsBytes(refused));
  }
}
