using System.Globalization;

namespace Vascular.Devices.Links;

/// <summary>How long a USB serial adapter holds received bytes back before it hands them over (FTDI: 16 ms unless told otherwise).</summary>
public static class UsbLatency
{
    /// <summary>Held back longer than this is worth a word: a fifth of a Nonin frame's 13 ms.</summary>
    public const int WorthSayingMs = 2;

    public const string TerminalsOfThisMachine = "/sys/class/tty";

    /// <summary>Milliseconds, for a resolved path such as <c>/dev/ttyUSB0</c>; null where the adapter has no such timer.</summary>
    public static int? Milliseconds(string target, string terminals = TerminalsOfThisMachine)
    {
        try
        {
            string said = File.ReadAllText(FileOf(target, terminals));
            return int.TryParse(said.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) ? milliseconds : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What to tell a person; null when there is nothing to mend.</summary>
    public static string? Remark(string target, string terminals = TerminalsOfThisMachine) => Milliseconds(target, terminals) is { } held and > WorthSayingMs
        ? string.Create(CultureInfo.InvariantCulture, $"the USB adapter holds bytes back for up to {held} ms: write 1 to {FileOf(target, terminals)}")
        : null;

    private static string FileOf(string target, string terminals) => Path.Combine(terminals, Path.GetFileName(target), "device", "latency_timer");
}
