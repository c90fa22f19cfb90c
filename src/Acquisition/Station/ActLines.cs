using System.Text;

namespace Vascular.Acquisition.Station;

/// <summary>One line from the station's door.</summary>
/// <param name="Text">Null when the line was longer than <see cref="ActLines.Longest"/> and was thrown away.</param>
public readonly record struct ActLine(string? Text);

/// <summary>Reads lines in bounded memory, whatever comes.</summary>
public sealed class ActLines(TextReader text)
{
    /// <summary>Longest line, in characters; no act is a hundredth of it.</summary>
    public const int Longest = 65_536;

    private readonly char[] _read = new char[4096];
    private readonly StringBuilder _line = new();
    private int _at;
    private int _count;

    /// <summary>The next line; null at the end of the text.</summary>
    public async Task<ActLine?> ReadAsync(CancellationToken cancel)
    {
        _line.Clear();
        bool tooLong = false;
        bool any = false;
        while (true)
        {
            if (_at == _count)
            {
                (_at, _count) = (0, await text.ReadAsync(_read, cancel));
                if (_count == 0)
                {
                    return any ? new ActLine(tooLong ? null : _line.ToString()) : null;
                }
            }

            any = true;
            int end = Array.IndexOf(_read, '\n', _at, _count - _at);
            int stop = end < 0 ? _count : end;
            tooLong |= _line.Length + stop - _at > Longest;
            if (!tooLong)
            {
                _line.Append(_read, _at, stop - _at);
            }

            _at = end < 0 ? stop : stop + 1;
            if (end >= 0)
            {
                return new ActLine(tooLong ? null : _line.ToString());
            }
        }
    }
}
