using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Station;

/// <summary>Acts as a person or a program says them at the station's door: one JSON object a line, without number and user.</summary>
/// <remarks>What the one at the door sees need not be spelled out: <c>accept</c> may name a <c>step</c> instead of findings and versions,
/// <c>bind</c> may leave the identity out (the device that is connected), <c>mark</c> the time (now), and <c>undo</c> may name a <c>step</c> instead of an act: its acceptance.
/// <c>examination</c> addresses one that has ended; without it the act is of the one that runs.</remarks>
public static class ActDoor
{
    /// <summary>The examination a line addresses; null when it says none.</summary>
    /// <exception cref="FormatException">The line is no JSON, or what it says is not the id of an examination.</exception>
    public static Guid? Addressed(string line)
    {
        try
        {
            return CanonicalJson.Read(Encoding.UTF8.GetBytes(line)) is not JsonObject json || json["examination"] is null ? null
                : Guid.TryParseExact(Word(json, "examination"), "D", out Guid id) ? id
                : throw new FormatException("'examination' is the id of an examination, as the station printed it");
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("'examination' is of the wrong type", e);
        }
    }

    /// <exception cref="FormatException">The line is not an act; the message says what is wrong.</exception>
    public static Act Read(string line, ExaminationFold fold, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(fold);
        // Read and written again first: a member named twice, half a surrogate or a number beyond a double is refused here, not at its first use.
        if (CanonicalJson.Read(Encoding.UTF8.GetBytes(line)) is not JsonObject json)
        {
            throw new FormatException("an act is a JSON object");
        }

        switch (Word(json, "kind"))
        {
            case "accept" when json["findings"] is null:
                json["findings"] = Open(fold, Word(json, "step") ?? throw new FormatException("accept names 'findings' or a 'step'"));
                break;
            case "bind" when json["identity"] is null && Word(json, "link") is { } link:
                json["identity"] = fold.ChannelNamed(link)?.Identity ?? string.Empty;
                break;
            case "undo" when json["number"] is null:
                json["number"] = UndoneOf(fold, Word(json, "step") ?? throw new FormatException("undo names the 'number' of an act or a 'step'"));
                break;
            case "mark" when json["marked_at_ns"] is null:
                json["marked_at_ns"] = nowNs;
                break;
        }

        try
        {
            // Written and read again, so that what came typed and what came as text are the same.
            return ActJson.ReadAct((JsonObject)CanonicalJson.Read(CanonicalJson.Write(json))!);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("a member of the act is of the wrong type", e);
        }
    }

    /// <summary>The act that an undo of a step's acceptance names: the acceptance while it stands; where it was undone, that undo.</summary>
    /// <exception cref="FormatException">Nothing of the step was accepted.</exception>
    public static int UndoneOf(ExaminationFold fold, string step)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ActLedger acts = fold.Acts;
        NumberedAct accept = acts.All.LastOrDefault(a => a.Act is Act.Accept accepted && accepted.Findings.Any(f => IsOf(f.Id))) ?? throw new FormatException($"nothing of step {step} was accepted");
        return acts.Stands(accept.Number) ? accept.Number : acts.Standing.Last(a => a.Act is Act.Undo undo && undo.Number == accept.Number).Number;

        bool IsOf(Guid id) => fold.Acceptance.Known.TryGetValue(id, out Finding? finding) && ProtocolStep.Of(finding) == step;
    }

    private static string? Word(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue(out string? word) ? word : null;

    private static JsonArray Open(ExaminationFold fold, string step) => new([.. fold.Of(step)
        .Where(f => !fold.IsAccepted(f))
        .Select(f => new JsonObject { ["id"] = f.Id.ToString(), ["version"] = f.Version })]);
}
