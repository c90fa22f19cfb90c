using System.Text.Json;

namespace Vascular.Acquisition.Publishing;

/// <summary>What became of a command.</summary>
public enum CommandStatus
{
    /// <summary>Begun; what follows shows the rest.</summary>
    Accepted,
    Done,

    /// <summary>Not a command of this station, or one that cannot be read.</summary>
    Refused,

    /// <summary>Understood, and the station could not do it now.</summary>
    Failed,
}

/// <summary>The answer to a command, for the response topic its sender named.</summary>
/// <param name="Reason">For people, in words of this station: never what the command said, never about a patient.</param>
public sealed record CommandReply(CommandStatus Status, string? Reason = null)
{
    /// <summary>A reply that nobody took for so long is of no use any more: as long as a command lives.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>The reply as a letter, with the correlation data of the command; null when its sender wants none below <paramref name="replies"/>.</summary>
    /// <param name="replies">Prefix of this station's reply topics: a station answers nowhere else, whatever a command asks for.</param>
    public Letter? LetterTo(Letter command, string replies)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(replies);
        return command.ReplyTo is { } topic && topic.StartsWith(replies, StringComparison.Ordinal) && Topics.IsLevel(topic[replies.Length..])
            ? new Letter(topic, ToBytes(), "application/json", [], Lifetime, Retain: false, Qos: 1) { Correlation = command.Correlation }
            : null;
    }

    private byte[] ToBytes()
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("status", Status.ToString().ToLowerInvariant());
            if (Reason is not null)
            {
                json.WriteString("reason", Reason);
            }

            json.WriteEndObject();
        }

        return body.ToArray();
    }
}
