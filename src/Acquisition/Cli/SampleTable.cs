using System.Globalization;

namespace Vascular.Acquisition.Cli;

/// <summary>A CSV of samples (RFC 4180): a header line, then one sample a row, decimal point. Names and numbers may stand in quotes.</summary>
internal sealed class SampleTable(string path, string[] names, List<(long Line, IReadOnlyList<string> Cells)> rows)
{
    /// <summary>Beyond it no converter counts, and squares of it soon cannot be held.</summary>
    private const double LargestSample = 1e15;

    /// <summary>What a cuff can show, mmHg: modules stop at 300 and may draw a little vacuum. Anything else is another column or another unit.</summary>
    private const double LowestCuffMmHg = -50;
    private const double HighestCuffMmHg = 400;

    /// <summary>Units of pressure other than mmHg that stand in a name: clinical reference 0.1 (1 kPa = 7.50062 mmHg).</summary>
    private static readonly (string Unit, double MmHg)[] OtherUnits = [("kPa", 7.50062), ("hPa", 0.750062), ("mbar", 0.750062), ("psi", 51.7149), ("cmH2O", 0.735559)];

    private static readonly string[] NotSignals = ["counter", "index", "sample"];

    public int Rows => rows.Count;

    /// <summary>Reads a file of one sample a row, evenly spaced.</summary>
    /// <exception cref="CommandFailure">It is no such file, or its own times say another rate or a gap: samples that do not follow each other are not joined.</exception>
    public static SampleTable Read(FileInfo file, double rateHz)
    {
        SampleTable table = Read(file);
        table.CheckTimes(rateHz);
        return table;
    }

    private static SampleTable Read(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new CommandFailure("no such file", file.FullName, "name an existing CSV file");
        }

        CsvRecord[] records = [.. Records(Lines(file))];
        string[] names = [.. records.Take(1).SelectMany(r => r.Fields).Select(n => Unquoted(n))];
        if (names.Length > 0 && names.All(n => TryNumber(n, out _)))
        {
            throw new CommandFailure("the first line holds numbers and no names", $"{file.FullName} line 1", "give a header line and one sample a row");
        }

        // in a file of one column an empty line between samples is a sample that is not there
        int last = Array.FindLastIndex(records, r => !IsEmpty(r));
        List<(long Line, IReadOnlyList<string> Cells)> rows = [.. records.Take(last + 1).Skip(1).Where(r => !IsEmpty(r) || names.Length == 1).Select(r => (r.Line, r.Fields))];
        foreach (CsvRecord record in records.Take(last + 1))
        {
            CheckCells(record, file.FullName, names);
        }

        return rows.Count > 0
            ? new SampleTable(file.FullName, names, rows)
            : throw new CommandFailure("the file holds no samples", file.FullName, "give a header line and one sample a row");
    }

    /// <summary>The text, its line ends made one: a file may have no others than returns. A name in another encoding keeps its place.</summary>
    private static string Lines(FileInfo file) =>
        File.ReadAllText(file.FullName) is var text && text.Contains('\n') ? text.Replace('\uFFFD', '?') : text.Replace('\r', '\n').Replace('\uFFFD', '?');

    private static IEnumerable<CsvRecord> Records(string text)
    {
        var reader = new CsvReader(new StringReader(text), emptyLines: true);
        while (reader.Read() is { } record)
        {
            yield return record;
        }
    }

    private static bool IsEmpty(CsvRecord record) => record.Fault is null && record.Fields is [] or [""];

    /// <summary>A row with another number of cells than there are names is torn, or its commas are not those of the header: no cell of it is surely its name's.</summary>
    private static void CheckCells(CsvRecord record, string path, string[] names)
    {
        int cells = record.Fields.Count;
        if (record.Fault is { } fault)
        {
            throw new CommandFailure(fault, path, "close each quote, and write a quote inside of quotes twice");
        }

        if (cells > names.Length)
        {
            throw new CommandFailure($"{cells} cells under {names.Length} names", $"{path} line {record.Line} column {names.Length + 1}", "write decimal numbers with a point, one cell a column");
        }

        if (cells < names.Length && !IsEmpty(record))
        {
            throw new CommandFailure($"'' is not a number: {cells} of {names.Length} cells are there", $"{path} line {record.Line} column {names[cells]}", "write one cell a column, an empty one where nothing was read");
        }
    }

    /// <summary>The first column that holds a number in its first row and is not named as time or counter.</summary>
    public string DefaultColumn() => names.Where((n, k) => !NotSignals.Contains(n, StringComparer.OrdinalIgnoreCase) && SampleTimes.Of(n) is null
            && TryNumber(Cell(rows[0], k), out _)).FirstOrDefault()
        ?? throw new CommandFailure("no numeric column", path, "name one with --column");

    /// <summary>The samples of a column, each of them there.</summary>
    public double[] Column(string name)
    {
        int at = Place(name);
        return [.. rows.Select(row => Sample(Cell(row, at), row.Line, name))];
    }

    /// <summary>Refuses a column that by its name is a pressure in another unit: read as mmHg it would be another patient's.</summary>
    private void CheckUnit(string name)
    {
        foreach ((string unit, double mmHg) in OtherUnits)
        {
            if (Names(name, unit))
            {
                throw new CommandFailure($"the column is in {unit} by its name, and mmHg are asked for", $"{path} column {name}",
                    string.Create(CultureInfo.InvariantCulture, $"multiply it by {mmHg} and name it for mmHg (or, where it holds mmHg already, leave {unit} out of its name)"));
            }
        }
    }

    /// <summary>A unit as it is written, wherever it stands; in other letters only as a word of its own.</summary>
    private static bool Names(string name, string unit)
    {
        if (name.Contains(unit, StringComparison.Ordinal) && unit.Any(char.IsUpper))
        {
            return true;
        }

        int at = name.IndexOf(unit, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && !(at > 0 && char.IsLetter(name[at - 1])) && !(at + unit.Length < name.Length && char.IsLetter(name[at + unit.Length]));
    }

    /// <summary>The samples of a column that is a cuff's pressure, mmHg.</summary>
    public double[] CuffPressures(string name)
    {
        CheckUnit(name);
        double[] mmHg = Column(name);
        int wrong = Array.FindIndex(mmHg, p => p is < LowestCuffMmHg or > HighestCuffMmHg);
        return wrong < 0 ? mmHg
            : throw new CommandFailure($"{mmHg[wrong]} is no cuff pressure in mmHg", $"{path} line {rows[wrong].Line} column {name}", $"name the column of the cuff, {LowestCuffMmHg} to {HighestCuffMmHg} mmHg");
    }

    /// <summary>The tensions of a slow device, mmHg; null where a cell is empty: a reading that is missing.</summary>
    public double?[] Tensions(string name)
    {
        CheckUnit(name);
        int at = Place(name);
        return [.. Readings(at, name)];
    }

    private IEnumerable<double?> Readings(int at, string name)
    {
        foreach ((long Line, IReadOnlyList<string> Cells) row in rows)
        {
            string cell = Cell(row, at);
            yield return string.IsNullOrWhiteSpace(cell) ? null : Sample(cell, row.Line, name);
        }
    }

    private void CheckTimes(double rateHz)
    {
        for (int at = 0; at < names.Length; at++)
        {
            SampleTimes.Of(names[at])?.Check(path, [.. rows.Select(row => (row.Line, Cell(row, at)))], rateHz);
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

    private static string Cell((long Line, IReadOnlyList<string> Cells) row, int at) => Unquoted(row.Cells[at], trim: false);

    private static string Unquoted(string cell, bool trim = true) => cell.Trim() is ['"', .. var inner, '"'] ? inner : trim ? cell.Trim() : cell;

    private double Sample(string cell, long line, string name) =>
        !TryNumber(cell, out double value) ? throw NotANumber(cell, line, name)
        : Math.Abs(value) <= LargestSample ? value
        : throw new CommandFailure($"'{cell}' is larger than any converter counts", $"{path} line {line} column {name}", $"give samples up to {LargestSample:0e0}");

    private CommandFailure NotANumber(string cell, long line, string name) =>
        new($"'{cell}' is not a number", $"{path} line {line} column {name}", "write a decimal number with a point");

    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
