"""Writes tensorboard.json: an event file made by TensorBoard's own protocol buffers and record writer.

    pip install tensorboard==2.21.0 && python reference/tensorboard_fixture.py
"""
import base64
import io
import json
import pathlib

from tensorboard import version
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

value = Summary.Value
png = bytes(range(256)) * 2
image = Summary.Image(height=28, width=300, colorspace=3, encoded_image_string=png)
events = [
    Event(wall_time=1700000000.25, file_version="brain.Event:2"),
    Event(wall_time=1700000001.5, step=1201, session_log=SessionLog(status=SessionLog.START)),
    Event(wall_time=1700000002, summary=Summary(value=[value(tag="train/loss", simple_value=0.0)])),
    Event(wall_time=1700000003, step=300, summary=Summary(value=[
        value(tag="train/loss", simple_value=91.3),
        value(tag="train/größe", simple_value=float("nan")),
        value(tag="train/far", simple_value=float("-inf")),
    ])),
    Event(wall_time=1700000004, step=2**40 + 5, summary=Summary(value=[value(tag="samples", image=image)])),
]


class Sink(io.BytesIO):
    def close(self):
        pass


sink = Sink()
writer = RecordWriter(sink)
for event in events:
    writer.write(event.SerializeToString())
writer.flush()
fixture = {
    "made_by": f"reference/tensorboard_fixture.py, tensorboard {version.VERSION}",
    "file": base64.b64encode(sink.getvalue()).decode(),
    "png": base64.b64encode(png).decode(),
}
pathlib.Path(__file__).with_name("tensorboard.json").write_text(json.dumps(fixture, indent=1) + "\n")
