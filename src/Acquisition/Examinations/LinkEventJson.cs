using System.Text.Json.Nodes;

namespace Vascular.Acquisition.Examinations;

/// <summary>Payloads of the link events on the tape: who answered, and why a line closed.</summary>
public static class LinkEventJson
{
    public static JsonObject Open(string path, string? identity) => new() { ["identity"] = identity, ["path"] = path };

    public static JsonObject Because(string reason) => new() { ["reason"] = reason };

    /// <summary>What a binding names: the device's identity, or the path where none is readable.</summary>
    public static string? Identity(ReadOnlyMemory<byte> payload) =>
        JsonNode.Parse(payload.Span) is JsonObject json ? (string?)json["identity"] ?? (string?)json["path"] : null;

    public static string? Reason(ReadOnlyMemory<byte> payload) =>
        JsonNode.Parse(payload.Span) is JsonObject json ? (string?)json["reason"] : null;
}
