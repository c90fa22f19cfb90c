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

    private static JsonObject? Settings(LinkSettings? line) => line switch
    {
        LinkSettings.Serial serial => new JsonObject
        {
            ["kind"] = "serial",
            ["path"] = serial.Path,
            ["baud"] = serial.Baud,
            ["data_bits"] = serial.DataBits,
            ["parity"] = serial.Parity switch { SerialParity.Odd => "odd", SerialParity.Even => "even", _ => "none" },
            ["stop_bits"] = serial.StopBits,
            ["rts"] = serial.Rts,
            ["dtr"] = serial.Dtr,
        },
        LinkSettings.Tcp tcp => new JsonObject { ["kind"] = "tcp", ["host"] = tcp.Host, ["port"] = tcp.Port },
        _ => null,
    };

    public static string? Reason(ReadOnlyMemory<byte> payload) =>
        JsonNode.Parse(payload.Span) is JsonObject json ? (string?)json["reason"] : null;
}
