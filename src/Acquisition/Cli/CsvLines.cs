using System.Text;

namespace Vascular.Acquisition.Cli;

/// <summary>One record of a CSV text.</summary>
/// <param name="Line">Number of its first line, from 1.</param>
/// <param name="Fields">Unquoted. Empty when the record was refused.</param>
/// <param name="Fault">Why it was refused; null otherwise.</param>
public sealed record CsvRecord(long Line, IReadOnlyList<string> Fields, string? Fault);

/// <summary>Reads CSV by RFC 4180, one record at a time, in bounded memory.</summary>
/// <remarks>
/// Both line ends are taken, also inside quotes, where they stay as they are. Empty lines are skipped unless they are asked for. A quote inside a field that does not
/// begin with one is a plain character. A damaged record costs its first line only: reading goes on with the line after it, so that
/// one lost quote does not swallow the rest of a file.
/// </remarks>
/// <param name="emptyLines">True: an empty line is a record of one empty field, as in a file of one column.</param>
public sealed class CsvReader(TextReader text, bool emptyLines = false)
{
    /// <summary>Longest record, in characters. A longer one is refused, and so is a quote not closed within this many.</summary>
    public const int LongestRecord = 65_536;

    /// <summary>Most lines looked through for a closing quote.</summary>
    public const int MostLines = 256;

    private readonly LinkedList<string> putBack = new();
    private long line = 1;

    /// <summary>The next record; null at the end.</summary>
    public CsvRecord? Read()
    {
        while (NextLine() is { } first)
        {
            long at = line++;
            if (!emptyLines && (first is "\n" or "\r\n"))
            {
                continue;
            }

            List<string> more = [];
            List<string> fields = [];
            string whole = first;
            string? fault = Split(whole, fields);
            while (fault == QuoteNotClosed && more.Count < MostLines && whole.Length < LongestRecord && NextLine() is { } next)
            {
                more.Add(next);
                whole += next;
                fault = Split(whole, fields);
            }

            if (fault is null && whole.Length < LongestRecord)
            {
                line += more.Count;
                return new CsvRecord(at, fields, whole.Contains('\uFFFD') ? $"line {at} holds bytes that are not UTF-8" : null);
            }

            for (int i = more.Count - 1; i >= 0; i--)
            {
                putBack.AddFirst(more[i]);
            }

            string why = first.Length >= LongestRecord || fault is null ? TooLong : more.Count > 0 ? QuoteNotClosed : fault;
            return new CsvRecord(at, [], $"line {at} {why}");
        }

        return null;
    }

    private const string QuoteNotClosed = "opens a quote that is not closed";
    private const string TextAfterQuote = "has text after a closing quote";

    private static readonly string TooLong = $"is longer than {LongestRecord} characters";

    /// <summary>The next line with its line end; of a line that is too long only the beginning is kept.</summary>
    private string? NextLine()
    {
        if (putBack.First is { } back)
        {
            putBack.RemoveFirst();
            return back.Value;
        }

        StringBuilder kept = new();
        int next;
        while ((next = text.Read()) >= 0)
        {
            if (kept.Length < LongestRecord)
            {
                kept.Append((char)next);
            }

            if (next == '\n')
            {
                break;
            }
        }

        return kept.Length > 0 ? kept.ToString() : null;
    }

    /// <returns>Null, or why <paramref name="record"/> is not one whole record.</returns>
    private static string? Split(string record, List<string> fields)
    {
        fields.Clear();
        int end = record.EndsWith("\r\n", StringComparison.Ordinal) ? record.Length - 2
            : record[^1] is '\n' or '\r' ? record.Length - 1
            : record.Length;
        for (int at = 0; ; at++)
        {
            if (at < end && record[at] == '"')
            {
                StringBuilder field = new();
                at = Unquote(record, at + 1, field);
                if (at > record.Length)
                {
                    return QuoteNotClosed;
                }

                if (at < end && record[at] != ',')
                {
                    return TextAfterQuote;
                }

                fields.Add(field.ToString());
            }
            else
            {
                int comma = record.IndexOf(',', at, end - at);
                int stop = comma < 0 ? end : comma;
                fields.Add(record[at..stop]);
                at = stop;
            }

            if (at >= end)
            {
                return null;
            }
        }
    }

    /// <returns>The place after the closing quote; past the end of <paramref name="record"/> when there is none.</returns>
    private static int Unquote(string record, int at, StringBuilder field)
    {
        while (at < record.Length)
        {
            if (record[at] != '"')
            {
                field.Append(record[at++]);
            }
            else if (at + 1 < record.Length && record[at + 1] == '"')
            {
                field.Append('"');
                at += 2;
            }
            else
            {
                return at + 1;
            }
        }

        return record.Length + 1;
    }
}

/// <summary>Writes CSV by RFC 4180 with <c>\n</c> line ends: quotes only where a field needs them.</summary>
public static class CsvWriter
{
    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(",\"\r\n");

    public static void Write(TextWriter text, IEnumerable<string> fields)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(fields);
        bool first = true;
        foreach (string field in fields)
        {
            if (!first)
            {
                text.Write(',');
            }

            first = false;
            if (field.AsSpan().ContainsAny(Special))
            {
                text.Write($"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            }
            else
            {
                text.Write(field);
            }
        }

        text.Write('\n');
    }
}
