#!/usr/bin/env python3
"""Takes results from a station, keeps each once, and acknowledges it end to end. Debian: python3, mosquitto-clients.

    subscribe.py --host localhost --port 18883 --keys KEYS --name ehr-bridge --out results [--count N]

mosquitto_sub holds the line and the session; one line of its output is one message. What it loses between receiving
and storing, the station sends again: it waits for the acknowledgement, not for the broker's.
"""
import argparse
import datetime
import json
import os
import subprocess
import sys
import uuid


def main():
    a = argparse.ArgumentParser()
    for name in ("--host", "--keys", "--name", "--out"):
        a.add_argument(name, required=True)
    a.add_argument("--port", required=True, type=int)
    a.add_argument("--count", type=int, default=0, help="end after so many messages; 0: never")
    args = a.parse_args()
    line = ["-V", "5", "-h", args.host, "-p", str(args.port), "-q", "1",
            "--cafile", f"{args.keys}/ca.crt", "--cert", f"{args.keys}/{args.name}.crt", "--key", f"{args.keys}/{args.name}.key"]
    os.makedirs(args.out, exist_ok=True)

    # -c and -x: the broker keeps what comes while this program is away, for a week. -F %j: topic, properties and payload as JSON.
    listen = subprocess.Popen(["stdbuf", "-oL", "mosquitto_sub", *line, "-i", args.name, "-c", "-x", "604800", "-F", "%j", "-d",
                               "-t", "vascular/v1/+/+/result/session"], stdout=subprocess.PIPE, text=True)
    taken = 0
    try:
        for text in listen.stdout:
            if text.startswith("Subscribed"):
                print("listening", flush=True)
            if not text.startswith("{"):
                continue  # -d says what the client does
            message = json.loads(text)
            try:
                key, status = store(args.out, message)
            except (ValueError, KeyError, AttributeError) as unreadable:
                print(f"unreadable {message['topic']}: {unreadable}", flush=True)  # no id, so nothing to acknowledge
                continue
            acknowledge(line, args, message["topic"], key, status)
            taken += 1
            if taken == args.count:
                break
    finally:
        listen.terminate()
        listen.wait(timeout=10)
    return 0 if args.count == 0 or taken == args.count else 1


def store(folder, message):
    """Writes the bundle to a file named by (source, id) and returns (id, status): the same message twice is kept once."""
    envelope = message.get("properties", {}).get("user-properties", {})
    bundle = json.loads(message["payload"])
    key = envelope.get("id") or bundle["identifier"]["value"].removeprefix("urn:uuid:")  # MQTT 3.1.1 has no properties
    source = envelope.get("source") or "//" + "/".join(message["topic"].split("/")[2:4])
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "message":
        return key, "rejected"
    part, first = part_of(envelope, bundle)
    name = os.path.join(folder, source.strip("/").replace("/", "_") + "_")
    if part:  # all parts of a result stand together: SOURCE_FIRST_2-of-3_ID.json
        number, count = (int(n) for n in part.split("/"))
        name += f"{uuid.UUID(first)}_{number}-of-{count}_"
    name += str(uuid.UUID(key)) + ".json"  # a key from outside names no other file
    if os.path.exists(name):
        return key, "duplicate"
    with open(name + ".part", "w", encoding="utf-8") as file:
        file.write(message["payload"])
        file.flush()
        os.fsync(file.fileno())
    os.rename(name + ".part", name)
    folder_fd = os.open(folder, os.O_RDONLY)
    os.fsync(folder_fd)  # the name must be on the disk too before anyone says "stored"
    os.close(folder_fd)
    if part and sum(f"_{uuid.UUID(first)}_" in other and f"-of-{count}_" in other for other in os.listdir(folder)) == count:
        print("complete", first, flush=True)  # each part is acknowledged alone; only the chart waits for all of them
    return key, "stored"


def part_of(envelope, bundle):
    """('2/3', id of the first part), or (None, None) when the result came in one message. The bundle says the same as the envelope."""
    mark = next((e for e in bundle["entry"][0]["resource"].get("extension", []) if e["url"].endswith("/session-message")), {})
    said = {e["url"]: e.get("valueString") or e.get("valueUri") for e in mark.get("extension", [])}
    first = envelope.get("partof") or (said.get("partof") or "").removeprefix("urn:uuid:")
    return envelope.get("part") or said.get("part"), first or None


def acknowledge(line, args, topic, key, status):
    to = "/".join(topic.split("/")[:4]) + "/ack/" + args.name
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    body = json.dumps({"id": key, "status": status, "time": now})
    subprocess.run(["mosquitto_pub", *line, "-i", args.name + ".ack", "-t", to, "-m", body,
                    "-D", "publish", "content-type", "application/json"], check=True, timeout=30)
    print(status, key, flush=True)


if __name__ == "__main__":
    sys.exit(main())
