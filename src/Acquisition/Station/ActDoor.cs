using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;

namespace Vascular.Acquisition.Station;

/// <summary>Acts as a person or a program says them at the station's door: one JSON object a line, without number and user.</summary>
/// <remarks>What the one at the door sees need not be spelled out: <c>accept</c> may name a <c>step</c> instead of findings and versions,
/// <c>bind</c> may leave the identity out (the device that is connected), <c>mark</c> the time (now).</remarks>
public static class ActDoor
{
    /// <exception cref="FormatException">The line is not an act; the message says what is wrong.</exception>
    public static Act Read(string line, ExaminationFold fold, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(fold);
        JsonObject json;
        try
        {
            json = JsonNode.Parse(line) as JsonObject ?? throw new FormatException("an act is a JSON object");
        }
        catch (JsonException e)
        {
            throw new FormatException($"the line is not JSON: {e.Message}", e);
        }

        switch ((string?)json["kind"])
        {
            case "accept" when json["findings"] is null:
                json["findings"] = Open(fold, (string?)json["step"] ?? throw new FormatException("accept names 'findings' or a 'step'"));
                break;
            case "bind" when json["identity"] is null && (string?)json["link"] is { } link:
                json["identity"] = fold.ChannelNamed(link)?.Identity ?? string.Empty;
                break;
            case "mark" when json["marked_at_ns"] is null:
                json["marked_at_ns"] = nowNs;
                break;
        }

        // Written and read again, so that what came typed and what came as text are the same.
        return ActJson.ReadAct((JsonObject)CanonicalJson.Read(CanonicalJson.Write(json))!);
    }

    private static JsonArray Open(ExaminationFold fold, string step) => new([.. fold.Findings
        .Where(f => f.Step == step && !fold.IsAccepted(f))
        .Select(f => new JsonObject { ["id"] = f.Id.ToString(), ["version"] = f.Version })]);
}
