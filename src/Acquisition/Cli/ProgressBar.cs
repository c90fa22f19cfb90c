using System.Globalization;

namespace Vascular.Acquisition.Cli;

/// <summary>A line on a terminal that grows while something long runs; nothing where no one watches.</summary>
internal sealed class ProgressBar(TextWriter terminal, bool isWatched)
{
    private const int Width = 40;
    private string shown = "";

    /// <param name="what">What is being done, one word.</param>
    /// <param name="share">0 to 1.</param>
    public void Show(string what, double share)
    {
        int filled = (int)(Math.Clamp(share, 0, 1) * Width);
        string line = string.Create(CultureInfo.InvariantCulture, $"{what,-8} [{new string('#', filled)}{new string(' ', Width - filled)}]");
        if (isWatched && line != shown)
        {
            terminal.Write($"\r{line}");
            shown = line;
        }
    }

    /// <summary>Leaves an empty line.</summary>
    public void End()
    {
        if (isWatched && shown.Length > 0)
        {
            terminal.Write($"\r{new string(' ', shown.Length)}\r");
            shown = "";
        }
    }
}
