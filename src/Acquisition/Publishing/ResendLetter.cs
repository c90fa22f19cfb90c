using System.Text.Json;

namespace Vascular.Acquisition.Publishing;

/// <summary>A consumer's letter <c>…/cmd/resend</c>: messages by CloudEvent id, or all of one examination. Bytes from outside.</summary>
/// <param name="Ids">Empty where none is named.</param>
public sealed record ResendLetter(IReadOnlyList<Guid> Ids, Guid? Session)
{
    /// <summary>Most ids that one letter may name.</summary>
    public const int MaxIds = 100;

    private const string NoRequest = "the body is no request to resend";

    public static bool TryRead(Letter letter, out ResendLetter? wanted, out string why)
    {
        ArgumentNullException.ThrowIfNull(letter);
        (wanted, why) = (null, "");
        if (letter.Body.Length > AcknowledgementLetter.MaxBytes)
        {
            why = $"the body has more than {AcknowledgementLetter.MaxBytes} bytes";
            return false;
        }

        try
        {
            Request? request = JsonSerializer.Deserialize<Request>(letter.Body.Span, JsonSerializerOptions.Web);
            if (request is null || request.Ids?.Count > MaxIds)
            {
                why = request is null ? NoRequest : $"a request names at most {MaxIds} messages";
                return false;
            }

            wanted = new ResendLetter(request.Ids ?? [], request.Session);
            return true;
        }
        catch (JsonException)
        {
            why = NoRequest;
            return false;
        }
    }

    private sealed record Request(IReadOnlyList<Guid>? Ids, Guid? Session);
}
