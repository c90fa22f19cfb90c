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
        List<(int Line, string[] Cells)> rows = [.. lines.Select((l, k) => (k + 1, l)).Skip(1).Where(l => l.l.Length > 0).Select(l => (l.Item1, l.l.Split(',')))];
        string[] names = lines.Length > 0 ? [.. lines[0].Split(',').Select(n => n.Trim())] : [];
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

    public double[] Column(string name)
    {
        int at = Array.FindIndex(names, n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
        {
            throw new CommandFailure($"no column '{name}'", path, $"name one of {string.Join(", ", names)}");
        }

        double[] values = new double[rows.Count];
        for (int k = 0; k < values.Length; k++)
        {
            (int line, string[] cells) = rows[k];
            if (at >= cells.Length || !TryNumber(cells[at], out values[k]))
            {
                throw new CommandFailure($"'{(at < cells.Length ? cells[at] : "")}' is not a number", $"{path} line {line} column {name}", "write a decimal number with a point");
            }
        }

        return values;
    }

    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
