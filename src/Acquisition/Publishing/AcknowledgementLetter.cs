using System.Text.Json;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Publishing;

/// <summary>Reads a consumer's letter <c>…/ack/{consumer}</c>. Bytes from outside: anything may stand there, and the worst it can do is be refused with a reason.</summary>
public static class AcknowledgementLetter
{
    /// <summary>Longest body that is read, bytes.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Longest name of a consumer, characters.</summary>
    public const int MaxConsumer = 64;

    /// <summary>Longest reason or reference that is kept, characters; the rest is cut.</summary>
    public const int MaxText = 500;

    /// <summary>The consumer is the topic's last level, which the broker ties to its certificate; what the body claims about a name counts for nothing.</summary>
    public static bool TryRead(Letter letter, string prefix, out Acknowledgement? acknowledgement, out string why)
    {
        ArgumentNullException.ThrowIfNull(letter);
        acknowledgement = null;
        string consumer = letter.Topic.StartsWith(prefix, StringComparison.Ordinal) ? letter.Topic[prefix.Length..] : "";
        if (!Topics.IsLevel(consumer) || consumer.Length > MaxConsumer)
        {
            why = "the topic names no consumer";
            return false;
        }

        if (letter.Body.Length > MaxBytes)
        {
            why = $"the body has more than {MaxBytes} bytes";
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(letter.Body);
            return TryRead(document.RootElement, consumer, out acknowledgement, out why);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // the second: an escape that is half a character is found only when the text is read
            why = "the body is not JSON";
            return false;
        }
    }

    private static bool TryRead(JsonElement body, string consumer, out Acknowledgement? acknowledgement, out string why)
    {
        acknowledgement = null;
        if (body.ValueKind != JsonValueKind.Object || !Guid.TryParse(Text(body, "id"), out Guid id))
        {
            why = "id is not a UUID";
            return false;
        }

        ConsumerState? state = Text(body, "status") switch
        {
            "stored" => ConsumerState.Stored,
            "duplicate" => ConsumerState.Duplicate,
            "rejected" => ConsumerState.Rejected,
            _ => null,
        };
        if (state is null)
        {
            why = "status is none of stored, duplicate, rejected";
            return false;
        }

        why = "";
        acknowledgement = new Acknowledgement(id, consumer, state.Value, Text(body, "reason"), Text(body, "reference"));
        return true;
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text
            ? text[..Math.Min(text.Length, MaxText)]
            : null;
}
