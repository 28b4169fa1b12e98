"""Cameras for the gateway's tests: GStreamer's RTSP server, without and with a password, on the ports given; 0 takes any."""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

SOURCE = "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=640,height=360,framerate=15/1"
H264 = "x264enc tune=zerolatency speed-preset=veryfast bitrate=500 key-int-max=15 ! rtph264pay name=pay0 pt=96 config-interval=1"
H265 = "x265enc tune=zerolatency speed-preset=ultrafast bitrate=500 key-int-max=15 ! rtph265pay name=pay0 pt=96 config-interval=1"
G711 = "audiotestsrc is-live=true ! audio/x-raw,rate=8000 ! alawenc ! rtppcmapay name=pay1 pt=8"
CAMERAS = {"/h264": f"{SOURCE} ! {H264} {G711}", "/h265": f"{SOURCE} ! {H265}"}


def serve(port, cameras):
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    for path, pipeline in cameras.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(f"( {pipeline} )")
        factory.set_shared(True)
        role = "viewer, media.factory.access=true, media.factory.construct=true"
        factory.add_role_from_structure(Gst.Structure.from_string(role)[0])
        server.get_mount_points().add_factory(path, factory)
    return server


def ask_for_password(server):
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(2)  # digest
    auth.add_digest("operator", "p@ss'w:rd%1", token)
    server.set_auth(auth)


Gst.init(None)
servers = [serve(sys.argv[1], CAMERAS), serve(sys.argv[2], {"/h264": f"{SOURCE} ! {H264}"})]
ask_for_password(servers[1])
if 0 in [server.attach(None) for server in servers]:
    sys.exit("a port is taken")
print(*[server.get_bound_port() for server in servers], flush=True)
GLib.MainLoop().run()
