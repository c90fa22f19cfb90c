using System.Globalization;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Station;

/// <summary>Watches whether what comes on one link can be read at all: a wrong protocol, speed or cable shows as bytes without frames.</summary>
/// <remarks>For the person at the bedside only. The tape has the bytes and the fold refuses them with or without this.</remarks>
public sealed class WireWatch(string link, string protocol)
{
    /// <summary>Bytes without a whole frame are reported after this long: every protocol read here says a whole frame within a second.</summary>
    public const long UnreadForNs = 2_000_000_000;

    /// <summary>Refused bytes between whole frames are reported together, this often.</summary>
    public const long ReportEveryNs = 10_000_000_000;

    private const int LongestFrame = 64;

    private readonly int[] _refused = new int[Enum.GetValues<WireFault>().Length];
    private long? _unreadSinceNs;
    private long? _refusedSinceNs;
    private long _unreadBytes;
    private long _refusedBytes;
    private bool _notUnderstood;
    private bool _identified;

    /// <summary>Takes one read and what was made of it, or, with no bytes, the time alone.</summary>
    /// <param name="atNs">Tape time.</param>
    /// <returns>What is to be said; null almost always.</returns>
    public LinkNotice? Next(long atNs, int bytes, IReadOnlyList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        bool whole = Count(atNs, readings);
        if (whole)
        {
            (_unreadSinceNs, _unreadBytes) = (null, 0);
            bool wasIdentified = _identified;
            _identified = true;
            if (_notUnderstood)
            {
                Forget();
                _identified = true;
                return new LinkNotice(link, LinkNotice.Understood, atNs, null);
            }

            if (!wasIdentified)
            {
                return new LinkNotice(link, LinkNotice.Identified, atNs, null);
            }
        }
        else if (Tried(readings) is { } format)
        {
            return new LinkNotice(link, LinkNotice.FormatTried, atNs, string.Create(CultureInfo.InvariantCulture, $"nonin format {format} is tried, on {link}"));
        }
        else if (bytes > 0)
        {
            _unreadSinceNs ??= atNs;
            _unreadBytes += bytes;
        }

        // Few bytes that were not refused are the beginning of a frame, or a line end that waits for the next one.
        bool unread = _refusedSinceNs is not null || _unreadBytes >= LongestFrame;
        if (!_notUnderstood && unread && atNs - _unreadSinceNs >= UnreadForNs)
        {
            _notUnderstood = true;
            return new LinkNotice(link, LinkNotice.NotUnderstood, atNs, string.Create(
                CultureInfo.InvariantCulture,
                $"{_unreadBytes} bytes came and no whole {protocol} frame is among them, on {link}, check its protocol, speed and cable in station.json"));
        }

        return !_notUnderstood && atNs - _refusedSinceNs >= ReportEveryNs ? Report(atNs) : null;
    }

    /// <summary>The line closed, opened, or is heard again: what comes next is judged anew.</summary>
    public void Forget()
    {
        Array.Clear(_refused);
        (_unreadSinceNs, _refusedSinceNs, _unreadBytes, _refusedBytes, _notUnderstood, _identified) = (null, null, 0, 0, false, false);
    }

    private bool Count(long atNs, IReadOnlyList<Reading> readings)
    {
        bool whole = false;
        for (int i = 0; i < readings.Count; i++)
        {
            Reading reading = readings[i];
            if (reading.Kind == ReadingKind.Refused)
            {
                _refused[(int)reading.Fault]++;
                _refusedBytes += reading.Detail;
                _refusedSinceNs ??= atNs;
            }

            whole |= reading.IsOfWholeFrame;
        }

        return whole;
    }

    /// <summary>The format that the device is read in from here on; null: no change.</summary>
    private static int? Tried(IReadOnlyList<Reading> readings)
    {
        for (int i = 0; i < readings.Count; i++)
        {
            if (readings[i] is { Kind: ReadingKind.FormatTried, Detail: var format })
            {
                return format;
            }
        }

        return null;
    }

    private LinkNotice Report(long atNs)
    {
        string kinds = string.Join(", ", Enum.GetValues<WireFault>().Where(f => _refused[(int)f] > 0)
            .Select(f => string.Create(CultureInfo.InvariantCulture, $"{_refused[(int)f]} {f.ToString().ToLowerInvariant()}")));
        string bytes = _refusedBytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{_refusedBytes} bytes") : "bytes";
        Array.Clear(_refused);
        (_refusedSinceNs, _refusedBytes) = (null, 0);
        return new LinkNotice(link, LinkNotice.BytesRefused, atNs, $"{bytes} were refused in the last 10 s ({kinds}), on {link}, look at its cable and plugs");
    }
}
