using System.Diagnostics;
using System.Globalization;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;

namespace Vascular.Benchmarks;

/// <summary>Rows a second of each table of <c>score</c>, against reading and writing the same rows without a rule; and the memory of a file of ten million rows.</summary>
public static class ScoreBenchmark
{
    private const int Rows = 300_000;
    private const int ManyRows = 10_000_000;

    public static void Run(TextWriter output)
    {
        output.WriteLine("table               rows/s      of plain read and write");
        foreach (ScoreTable table in ScoreTable.All)
        {
            string[] rows = Vectors(table);
            Measure(table, rows, Rows / 10);
            double scored = Measure(table, rows, Rows);
            double plain = Copy(table, rows);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table.Name,-18} {Rows / scored,9:0} {plain / scored,8:0.00}"));
        }

        ScoreTable abi = ScoreTable.All[0];
        long before = Settled();
        Stopwatch watch = Stopwatch.StartNew();
        long peak = 0;
        using (Repeated many = new(abi, Vectors(abi), ManyRows, () => peak = Math.Max(peak, Process.GetCurrentProcess().WorkingSet64)))
        {
            Scoring.Run(abi, many, "rows", new CsvScoreOutput(TextWriter.Null), ClinicalRules.Default);
        }

        long after = Settled();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ManyRows} rows of abi: {ManyRows / watch.Elapsed.TotalSeconds:0} rows/s, live heap {before / 1048576.0:0.0} MiB before and {after / 1048576.0:0.0} after, largest working set {peak / 1048576.0:0} MiB"));
    }

    private static double Measure(ScoreTable table, string[] rows, int count)
    {
        using Repeated text = new(table, rows, count, null);
        Stopwatch watch = Stopwatch.StartNew();
        Scoring.Run(table, text, "rows", new CsvScoreOutput(TextWriter.Null), ClinicalRules.Default);
        return watch.Elapsed.TotalSeconds;
    }

    private static double Copy(ScoreTable table, string[] rows)
    {
        using Repeated text = new(table, rows, Rows, null);
        CsvReader reader = new(text);
        Stopwatch watch = Stopwatch.StartNew();
        while (reader.Read() is { } record)
        {
            CsvWriter.Write(TextWriter.Null, record.Fields);
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>The rows of the table's vector file, its inputs alone.</summary>
    private static string[] Vectors(ScoreTable table)
    {
        DirectoryInfo? up = new(AppContext.BaseDirectory);
        while (up is not null && !Directory.Exists(Path.Combine(up.FullName, "tests", "vectors")))
        {
            up = up.Parent;
        }

        string file = table.Name switch { "followup" => "followup-alert", "pdva" => "pdva-eligibility", "kaplan-meier" => "km-synthetic-subjects", _ => table.Name };
        using StreamReader text = new(Path.Combine(up!.FullName, "tests", "vectors", file + ".csv"));
        CsvReader reader = new(text);
        IReadOnlyList<string> header = reader.Read()!.Fields;
        int[] places = [.. table.Inputs.Select(i => header.ToList().IndexOf(i))];
        List<string> rows = [];
        while (reader.Read() is { } record)
        {
            rows.Add(string.Join(',', places.Select(p => record.Fields[p])) + "\n");
        }

        return [.. rows];
    }

    /// <summary>A header and the same rows over and over, made as they are read.</summary>
    private sealed class Repeated(ScoreTable table, string[] rows, int count, Action? everyMillion) : TextReader
    {
        private string line = string.Join(',', table.Inputs) + "\n";
        private int at;
        private int next;

        public override int Read()
        {
            if (at == line.Length)
            {
                if (next == count)
                {
                    return -1;
                }

                if (next % 1_000_000 == 0)
                {
                    everyMillion?.Invoke();
                }

                line = rows[next++ % rows.Length];
                at = 0;
            }

            return line[at++];
        }

        public override int Peek() => at < line.Length ? line[at] : next < count ? rows[next % rows.Length][0] : -1;
    }
}
