using System.Globalization;

namespace Vascular.Acquisition.Cli;

/// <summary>A CSV of samples: a header line, then one sample a row, decimal point.</summary>
internal sealed class SampleTable(string path, string[] names, List<(int Line, string[] Cells)> rows)
{
    private static readonly string[] NotSignals = ["time", "time_s", "time_ms", "t", "counter", "index", "sample"];

    public int Rows => rows.Count;

    public static SampleTable Read(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new CommandFailure("no such file", file.FullName, "name an existing CSV file");
        }

        string[] lines = File.ReadAllLines(file.FullName);
        string[] names = lines.Length > 0 ? [.. lines[0].Split(',').Select(n => n.Trim())] : [];

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
            && k < rows[0].Cells.Length && TryNumber(rows[0].Cells[k], out _)).FirstOrDefault()
        ?? throw new CommandFailure("no numeric column", path, "name one with --column");

    /// <summary>The samples of a column, each of them there.</summary>
    public double[] Column(string name)
    {
        int at = Place(name);
        return [.. rows.Select(row => Cell(row, at) is var cell && TryNumber(cell, out double value) ? value : throw NotANumber(cell, row.Line, name))];
    }

    /// <summary>The samples of a column of a slow device; null where a cell is empty: a reading that is missing.</summary>
    public IEnumerable<double?> Readings(string name)
    {
        int at = Place(name);
        foreach ((int Line, string[] Cells) row in rows)
        {
            string cell = Cell(row, at);
            yield return string.IsNullOrWhiteSpace(cell) ? null : TryNumber(cell, out double value) ? value : throw NotANumber(cell, row.Line, name);
        }
    }

    private int Place(string name)
    {
        int at = Array.FindIndex(names, n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        return at >= 0 ? at : throw new CommandFailure($"no column '{name}'", path, $"name one of {string.Join(", ", names)}");
    }

    private static string Cell((int Line, string[] Cells) row, int at) => at < row.Cells.Length ? row.Cells[at] : "";

    private CommandFailure NotANumber(string cell, int line, string name) =>
        new($"'{cell}' is not a number", $"{path} line {line} column {name}", "write a decimal number with a point");

    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
