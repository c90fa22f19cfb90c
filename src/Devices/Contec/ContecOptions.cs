namespace Vascular.Devices.Contec;

/// <summary>What the settings on the tape say about a Contec oximeter of protocol V7.0.</summary>
public sealed record ContecOptions
{
    /// <summary>From one "I am connected" to the next; the document asks for 5 s. 1 to 5 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 1 to 5 s.</exception>
    public TimeSpan KeepAlive
    {
        get;
        init => field = value.TotalSeconds is >= 1 and <= 5 ? value : throw new ArgumentOutOfRangeException(nameof(KeepAlive), value, "1 to 5 s.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>How long the stream may take to begin, or be away, before it is asked for (again). The document has the host give up after 1 s. 1 to 30 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 1 to 30 s.</exception>
    public TimeSpan ReplyTimeout
    {
        get;
        init => field = value.TotalSeconds is >= 1 and <= 30 ? value : throw new ArgumentOutOfRangeException(nameof(ReplyTimeout), value, "1 to 30 s.");
    } = TimeSpan.FromSeconds(1);
}
