using System.Globalization;

namespace Vascular.Acquisition.Cli;

/// <summary>A CSV of samples: a header line, then one sample a row, decimal point.</summary>
internal sealed class SampleTable(string path, string[] names, List<string[]> rows)
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
        List<string[]> rows = [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))];
        return rows.Count > 0
            ? new SampleTable(file.FullName, [.. lines[0].Split(',').Select(n => n.Trim())], rows)
            : throw new CommandFailure("the file holds no samples", file.FullName, "give a header line and one sample a row");
    }

    /// <summary>The first column that holds a number in its first row and is not named as time or counter.</summary>
    public string DefaultColumn() => names.Where((n, k) => !NotSignals.Contains(n, StringComparer.OrdinalIgnoreCase)
            && k < rows[0].Length && TryNumber(rows[0][k], out _)).FirstOrDefault()
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
            if (at >= rows[k].Length || !TryNumber(rows[k][at], out values[k]))
            {
                throw new CommandFailure($"'{(at < rows[k].Length ? rows[k][at] : "")}' is not a number", $"{path} line {k + 2} column {name}", "write a decimal number with a point");
            }
        }

        return values;
    }

    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
