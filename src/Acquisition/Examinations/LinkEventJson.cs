using System.Text.Json.Nodes;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Examinations;

/// <summary>Payloads of the link events on the tape: who answered, and why a line closed.</summary>
public static class LinkEventJson
{
    /// <param name="line">How the line is set; null where it has no settings.</param>
    public static JsonObject Open(string path, string? identity, LinkSettings? line = null) => new()
    {
        ["identity"] = identity,
        ["path"] = path,
        ["settings"] = Settings(line),
    };

    public static JsonObject Because(string reason) => new() { ["reason"] = reason };

    /// <summary>What a binding names: the device's identity, or the path where none is readable.</summary>
    public static string? Identity(ReadOnlyMemory<byte> payload) =>
        JsonNode.Parse(payload.Span) is JsonObject json ? (string?)json["identity"] ?? (string?)json["path"] : null;

    private static JsonObject? Settings(LinkSettings? line)
    {
        JsonObject? json = line switch
        {
            LinkSettings.Serial serial => Line(new JsonObject { ["kind"] = "serial", ["path"] = serial.Path }, serial),
            LinkSettings.Rfc2217 remote => Line(new JsonObject { ["kind"] = "rfc2217", ["host"] = remote.Host, ["port"] = remote.Port }, remote),
            LinkSettings.Tcp tcp => new JsonObject { ["kind"] = "tcp", ["host"] = tcp.Host, ["port"] = tcp.Port },
            LinkSettings.Udp udp => new JsonObject { ["kind"] = "udp", ["host"] = udp.Host, ["port"] = udp.Port },
            LinkSettings.TcpListen listen => Listening("tcp-listen", listen),
            LinkSettings.Mllp mllp => Listening("mllp", mllp),
            _ => null,
        };
        if (json is not null && line!.ListenOnly)
        {
            json["listen_only"] = true;
        }

        return json;
    }

    private static JsonObject Line(JsonObject json, LinkSettings.SerialLine line)
    {
        json["baud"] = line.Baud;
        json["data_bits"] = line.DataBits;
        json["parity"] = line.Parity switch { SerialParity.Odd => "odd", SerialParity.Even => "even", SerialParity.Mark => "mark", SerialParity.Space => "space", _ => "none" };
        json["stop_bits"] = line.StopBits;
        json["rts"] = line.Rts;
        json["dtr"] = line.Dtr;
        if (line.Flow == SerialFlow.RtsCts)
        {
            json["flow"] = "rts-cts";
        }

        return json;
    }

    private static JsonObject Listening(string kind, LinkSettings.Listening here) => new()
    {
        ["kind"] = kind,
        ["port"] = here.Port,
        ["peers"] = new JsonArray([.. here.Peers.Select(peer => JsonValue.Create(peer.ToString()))]),
    };

    public static string? Reason(ReadOnlyMemory<byte> payload) =>
        JsonNode.Parse(payload.Span) is JsonObject json ? (string?)json["reason"] : null;
}
