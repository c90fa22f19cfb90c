using System.Globalization;

namespace Vascular.Acquisition.Cli;

/// <summary>A CSV of samples: a header line, then one sample a row, decimal point. Names and numbers may stand in quotes.</summary>
internal sealed class SampleTable(string path, string[] names, List<(int Line, string[] Cells)> rows)
{
    /// <summary>Beyond it no converter counts, and squares of it soon cannot be held.</summary>
    private const double LargestSample = 1e15;

    /// <summary>What a cuff can show, mmHg: modules stop at 300 and may draw a little vacuum. Anything else is another column or another unit.</summary>
    private const double LowestCuffMmHg = -50;
    private const double HighestCuffMmHg = 400;

    private static readonly string[] NotSignals = ["time", "time_s", "time_ms", "t", "counter", "index", "sample"];

    /// <summary>Columns of times whose unit their name says, in seconds.</summary>
    private static readonly (string Name, double Seconds)[] Times = [("time_s", 1), ("time_ms", 1e-3)];

    /// <summary>Largest difference between the rate that is given and the times of the file.</summary>
    private const double MostOff = 0.02;

    public int Rows => rows.Count;

    /// <summary>Reads a file of one sample a row, evenly spaced.</summary>
    /// <exception cref="CommandFailure">It is no such file, or its own times say another rate or a gap: samples that do not follow each other are not joined.</exception>
    public static SampleTable Read(FileInfo file, double rateHz)
    {
        SampleTable table = Read(file);
        foreach ((string name, double seconds) in Times)
        {
            table.CheckTimes(name, seconds, rateHz);
        }

        return table;
    }

    private static SampleTable Read(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new CommandFailure("no such file", file.FullName, "name an existing CSV file");
        }

        string[] lines = File.ReadAllLines(file.FullName);
        string[] names = lines.Length > 0 ? [.. lines[0].Split(',').Select(n => Unquoted(n))] : [];
        if (names.Length > 0 && names.All(n => TryNumber(n, out _)))
        {
            throw new CommandFailure("the first line holds numbers and no names", $"{file.FullName} line 1", "give a header line and one sample a row");
        }

        // in a file of one column an empty line between samples is a sample that is not there
        int last = Array.FindLastIndex(lines, l => l.Length > 0);
        List<(int Line, string[] Cells)> rows = [.. lines.Select((l, k) => (k + 1, l)).Take(last + 1).Skip(1).Where(l => l.l.Length > 0 || names.Length == 1)
            .Select(l => (l.Item1, l.l.Split(',')))];
        if (rows.FirstOrDefault(r => r.Cells.Length > names.Length) is { Cells: not null } wide)
        {
            throw new CommandFailure($"{wide.Cells.Length} cells under {names.Length} names", $"{file.FullName} line {wide.Line} column {names.Length + 1}", "write decimal numbers with a point, one cell a column");
        }

        return rows.Count > 0
            ? new SampleTable(file.FullName, names, rows)
            : throw new CommandFailure("the file holds no samples", file.FullName, "give a header line and one sample a row");
    }

    /// <summary>The first column that holds a number in its first row and is not named as time or counter.</summary>
    public string DefaultColumn() => names.Where((n, k) => !NotSignals.Contains(n, StringComparer.OrdinalIgnoreCase)
            && k < rows[0].Cells.Length && TryNumber(Cell(rows[0], k), out _)).FirstOrDefault()
        ?? throw new CommandFailure("no numeric column", path, "name one with --column");

    /// <summary>The samples of a column, each of them there.</summary>
    public double[] Column(string name)
    {
        int at = Place(name);
        return [.. rows.Select(row => Sample(Cell(row, at), row.Line, name))];
    }

    /// <summary>The samples of a column that is a cuff's pressure, mmHg.</summary>
    public double[] CuffPressures(string name)
    {
        double[] mmHg = Column(name);
        int wrong = Array.FindIndex(mmHg, p => p is < LowestCuffMmHg or > HighestCuffMmHg);
        return wrong < 0 ? mmHg
            : throw new CommandFailure($"{mmHg[wrong]} is no cuff pressure in mmHg", $"{path} line {rows[wrong].Line} column {name}", $"name the column of the cuff, {LowestCuffMmHg} to {HighestCuffMmHg} mmHg");
    }

    /// <summary>The samples of a column of a slow device; null where a cell is empty: a reading that is missing.</summary>
    public IEnumerable<double?> Readings(string name)
    {
        int at = Place(name);
        foreach ((int Line, string[] Cells) row in rows)
        {
            string cell = Cell(row, at);
            yield return string.IsNullOrWhiteSpace(cell) ? null : Sample(cell, row.Line, name);
        }
    }

    /// <summary>Times are rounded as they are written: a step is a gap where it is longer than a sample by more than two of the smallest steps.</summary>
    private void CheckTimes(string name, double seconds, double rateHz)
    {
        int at = Array.FindIndex(names, n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
        {
            return;
        }

        double[] times = [.. rows.Select(row => TryNumber(Cell(row, at), out double time) ? time * seconds : throw NotANumber(Cell(row, at), row.Line, name))];
        double[] steps = [.. times.Zip(times.Skip(1), (before, after) => after - before)];
        double smallest = steps.Where(s => s > 0).DefaultIfEmpty(0).Min();
        int wrong = Array.FindIndex(steps, s => s < 0 || s > 1.5 / rateHz + 2 * smallest);
        if (wrong >= 0)
        {
            string what = steps[wrong] < 0 ? "the times go back" : string.Create(CultureInfo.InvariantCulture, $"the times jump by {steps[wrong]:0.###} s");
            throw new CommandFailure(what, $"{path} line {rows[wrong + 1].Line} column {name}", "samples are missing there: give each unbroken part as a file of its own, at its own --rate");
        }

        double length = times[^1] - times[0], expected = (times.Length - 1) / rateHz;
        if (Math.Abs(length - expected) > MostOff * expected + 2 * smallest)
        {
            string what = string.Create(CultureInfo.InvariantCulture, $"{times.Length} samples in {length:0.###} s are not {rateHz:0.###} Hz");
            throw new CommandFailure(what, $"{path} column {name}", "give the rate of the file with --rate");
        }
    }

    private int Place(string name)
    {
        int at = Array.FindIndex(names, n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
        {
            throw new CommandFailure($"no column '{name}'", path, $"name one of {string.Join(", ", names)}");
        }

        return Array.FindIndex(names, at + 1, n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase)) < 0 ? at
            : throw new CommandFailure($"two columns '{name}'", path, "give each column a name of its own");
    }

    private static string Cell((int Line, string[] Cells) row, int at) => at < row.Cells.Length ? Unquoted(row.Cells[at], trim: false) : "";

    private static string Unquoted(string cell, bool trim = true) => cell.Trim() is ['"', .. var inner, '"'] ? inner : trim ? cell.Trim() : cell;

    private double Sample(string cell, int line, string name) =>
        !TryNumber(cell, out double value) ? throw NotANumber(cell, line, name)
        : Math.Abs(value) <= LargestSample ? value
        : throw new CommandFailure($"'{cell}' is larger than any converter counts", $"{path} line {line} column {name}", $"give samples up to {LargestSample:0e0}");

    private CommandFailure NotANumber(string cell, int line, string name) =>
        new($"'{cell}' is not a number", $"{path} line {line} column {name}", "write a decimal number with a point");

    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
