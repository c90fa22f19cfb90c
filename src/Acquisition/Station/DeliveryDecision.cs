using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Station;

/// <summary>What a person decided about a result that a consumer rejected, as said at the station's door.</summary>
/// <remarks><c>{"kind":"rejected","message":"&lt;id&gt;","consumer":"ehr-bridge","decision":"resend","reason":"…"}</c>; the other decision is <c>close</c>.
/// It is no act of an examination: it is in the audit trail, and on no tape.</remarks>
/// <param name="Message">CloudEvent id, as the station printed it.</param>
/// <param name="Resend">False: closed without having arrived.</param>
public sealed record DeliveryDecision(Guid Message, string Consumer, bool Resend, string Reason)
{
    private const string Kind = "rejected";

    /// <returns>Null when the line is something else.</returns>
    /// <exception cref="FormatException">The line is a decision and not whole; says what is missing.</exception>
    public static DeliveryDecision? Read(string line)
    {
        if (CanonicalJson.Read(Encoding.UTF8.GetBytes(line)) is not JsonObject json || Word(json, "kind") != Kind)
        {
            return null;
        }

        return new DeliveryDecision(
            Guid.TryParseExact(Word(json, "message"), "D", out Guid message) ? message : throw new FormatException("'message' is the id of a message, as the station printed it"),
            Said(json, "consumer"),
            Word(json, "decision") switch
            {
                "resend" => true,
                "close" => false,
                _ => throw new FormatException("'decision' is resend or close"),
            },
            Said(json, "reason"));
    }

    private static string Said(JsonObject json, string key) =>
        Word(json, key) is { } word && !string.IsNullOrWhiteSpace(word) ? word : throw new FormatException($"a decision says its '{key}'");

    private static string? Word(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue(out string? word) ? word : null;
}
