"""Reads `order-confirmed` and prints one JSON line per order.

Written from docs/asyncapi.yaml and the schema registry alone: the topic, the framing of its values, its headers and what
"at least once" asks of a consumer are said there. Settings come from the environment; see README.md.
"""

import json
import os
import signal
import struct
import sys
import threading
from collections import OrderedDict
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from uuid import UUID

from confluent_kafka import Consumer, KafkaException, Message
from fastavro import parse_schema, schemaless_reader

BROKERS = os.environ.get("KAFKA_BROKERS", "127.0.0.1:19092")
REGISTRY_URL = os.environ.get("SCHEMA_REGISTRY_URL", "http://127.0.0.1:18082/apis/ccompat/v7")
GROUP_ID = os.environ.get("KAFKA_GROUP_ID", "order-confirmed-example")
TOPIC = os.environ.get("TOPIC", "order-confirmed")
READER_SCHEMA = Path(os.environ.get("READER_SCHEMA", Path(__file__).with_name("order_confirmed.avsc")))
MAX_MESSAGES = int(os.environ.get("MAX_MESSAGES", "0"))

# Confluent's framing: a zero byte and the id of the writer's schema.
FRAME = struct.Struct(">bI")
# Event ids to remember. A consumer with a database keeps them there, in the transaction of what it does.
REMEMBERED = 100_000
POLL_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 10


class Stopped(Exception):
    """Told to stop in the middle of a wait."""


class Decoder:
    """Reads values that any version of the contract wrote, as the version that this program was written for."""

    def __init__(self, registry_url: str, reader_schema: Any, stopping: threading.Event) -> None:
        self._registry_url = registry_url
        self._reader_schema = parse_schema(reader_schema)
        self._stopping = stopping
        self._writer_schemas: dict[int, Any] = {}

    def decode(self, value: bytes | None) -> dict[str, Any]:
        if value is None or len(value) < FRAME.size:
            raise ValueError("there is no framed value")
        magic, schema_id = FRAME.unpack_from(value)
        if magic != 0:
            raise ValueError(f"the value begins with {magic}, not with 0")
        # An id always means the same schema, so it is asked for once.
        if schema_id not in self._writer_schemas:
            self._writer_schemas[schema_id] = self._fetch(schema_id)
        body = BytesIO(value[FRAME.size :])
        order = schemaless_reader(body, self._writer_schemas[schema_id], self._reader_schema)
        if body.read(1):
            raise ValueError("there are bytes left over")
        return order

    def _fetch(self, schema_id: int) -> Any:
        """Waits for a registry that is away; an id that it does not know is an error."""
        wait = 0.5
        while True:
            try:
                with urlopen(f"{self._registry_url}/schemas/ids/{schema_id}", timeout=10) as answer:
                    return parse_schema(json.loads(json.load(answer)["schema"]))
            except (URLError, TimeoutError, ConnectionError) as error:
                if isinstance(error, HTTPError) and error.code < 500:
                    raise
                print(f"the registry is away: {error}", file=sys.stderr)
            if self._stopping.wait(wait):
                raise Stopped
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)


class Seen:
    """The newest event ids, oldest first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._ids: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._ids

    def add(self, event_id: str) -> None:
        self._ids[event_id] = None
        if len(self._ids) > self._size:
            self._ids.popitem(last=False)


def envelope(message: Message) -> dict[str, str]:
    return {name: value.decode() for name, value in message.headers() or [] if value is not None}


def as_json(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raise TypeError(f"no JSON for {type(value)}")


def handle(message: Message, decoder: Decoder, seen: Seen) -> bool:
    """Prints the order, unless its event was handled before; says whether it did."""
    headers = envelope(message)
    event_id = headers["ce_id"]
    if event_id in seen:
        return False
    line = {
        "id": event_id,
        "source": headers["ce_source"],
        "type": headers["ce_type"],
        "time": headers["ce_time"],
        "correlationId": headers.get("correlation-id"),
        "order": decoder.decode(message.value()),
    }
    print(json.dumps(line, default=as_json), flush=True)
    seen.add(event_id)
    return True


def run(consumer: Consumer, decoder: Decoder, stopping: threading.Event) -> None:
    seen = Seen(REMEMBERED)
    printed = 0

    def done() -> bool:
        return stopping.is_set() or 0 < MAX_MESSAGES <= printed

    while not done():
        messages = consumer.consume(num_messages=100, timeout=POLL_SECONDS)
        for message in messages:
            if message.error():
                raise KafkaException(message.error())
            # What can not be read ends the program, so that it is seen: its offset is not committed, and nothing is skipped.
            printed += handle(message, decoder, seen)
            consumer.store_offsets(message)
            if done():
                break
        if messages:
            consumer.commit(asynchronous=False)


def main() -> None:
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())

    decoder = Decoder(REGISTRY_URL, json.loads(READER_SCHEMA.read_text()), stopping)
    consumer = Consumer(
        {
            "bootstrap.servers": BROKERS,
            "group.id": GROUP_ID,
            "auto.offset.reset": "earliest",
            # Only what was handled is stored, and only what is stored is committed.
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
        }
    )
    consumer.subscribe([TOPIC])
    try:
        run(consumer, decoder, stopping)
    except Stopped:
        pass
    finally:
        consumer.close()


if __name__ == "__main__":
    main()
