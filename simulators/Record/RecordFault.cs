namespace Vascular.Simulators.Record;

/// <summary>What a consumer can do wrong in answering.</summary>
public enum RecordFaultKind
{
    /// <summary>Ends without a word when the result is on disk and nobody has been told.</summary>
    Die,

    /// <summary>Says everything twice.</summary>
    Twice,

    /// <summary>Also answers for a message nobody sent.</summary>
    Unknown,

    /// <summary>Refuses the result and does not store it.</summary>
    Reject,
}

/// <param name="At">The n-th new result of this run, from 1; null: every one.</param>
public sealed record RecordFault(RecordFaultKind Kind, int? At)
{
    /// <summary>The fault acts on the result that is new as the n-th.</summary>
    public bool Acts(RecordFaultKind kind, int number) => Kind == kind && (At is null || At == number);

    /// <summary>KIND or KIND=N; null when it is neither.</summary>
    public static RecordFault? Parse(string text)
    {
        string[] parts = text.Split('=');
        int number = 0;
        bool numbered = parts.Length == 2 && int.TryParse(parts[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number) && number > 0;
        RecordFaultKind? kind = parts[0] switch
        {
            "die" => RecordFaultKind.Die,
            "twice" => RecordFaultKind.Twice,
            "unknown" => RecordFaultKind.Unknown,
            "reject" => RecordFaultKind.Reject,
            _ => null,
        };
        return kind is { } known && (parts.Length == 1 || numbered) ? new RecordFault(known, numbered ? number : null) : null;
    }
}
