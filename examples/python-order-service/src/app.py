"""An order service. POST / makes an order and publishes OrderCreated to the service's own event bus."""

import json
import os
import uuid

import boto3

events = boto3.client("events")


class PublishError(Exception):
    """The event bus did not take the event."""


def handler(event, context):
    order = {"id": str(uuid.uuid4()), **json.loads(event["body"])}
    publish("OrderCreated", order)
    print("order", order["id"])
    return {"statusCode": 201, "body": json.dumps(order)}


def publish(detail_type, detail):
    answer = events.put_events(
        Entries=[
            {
                "EventBusName": os.environ["EVENT_BUS_NAME"],
                "Source": "OrderService",
                "DetailType": detail_type,
                "Detail": json.dumps(detail),
            }
        ]
    )
    if answer["FailedEntryCount"] > 0:
        raise PublishError(answer["Entries"][0]["ErrorMessage"])
