using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Tests.Cli;

[Properties(Replay = "20260202,1", QuietOnSuccess = true, MaxTest = 500)]
public sealed class ScoreTests
{
    private static readonly ScoreTable Abi = ScoreTable.All.Single(t => t.Name == "abi");
    private static readonly ScoreTable Tbi = ScoreTable.All.Single(t => t.Name == "tbi");

    [Theory]
    [InlineData("abi", "abi", 40)]
    [InlineData("tbi", "tbi", 27)]
    [InlineData("tcpo2", "tcpo2", 30)]
    [InlineData("tcpo2-calibration", "tcpo2-calibration", 10)]
    public void Every_vector_row_comes_back_with_its_own_answers(string name, string file, int count)
    {
        ScoreTable table = ScoreTable.All.Single(t => t.Name == name);
        string vectors = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", $"{file}.csv"));
        List<Dictionary<string, string>> expected = Rows(vectors);
        List<Dictionary<string, string>> scored = Rows(Csv(table, vectors));
        Assert.Equal(count, scored.Count);
        Assert.Equal(count, expected.Count);
        Assert.All(table.Answers, answer => Assert.Contains(answer, expected[0].Keys));
        for (int k = 0; k < count; k++)
        {
            Assert.Equal((k, ""), (k, scored[k]["error"]));
            foreach ((string column, string value) in expected[k])
            {
                bool list = column is ScoreTable.Flags or ScoreTable.Reasons;
                Assert.Equal((k, column, list ? Sorted(value) : value), (k, column, list ? Sorted(scored[k][column]) : scored[k][column]));
            }
        }
    }

    [Fact]
    public void Columns_are_the_unknown_and_input_ones_in_order_then_the_answers_then_error()
    {
        string header = Csv(Tbi, "note,category,toe,error,brachial_l,brachial_r\nn,old,32,old,114,113\n").Split('\n')[0];
        Assert.Equal("note,toe,brachial_l,brachial_r,brachial_used,toe_mmhg_reported,tbi,category,tp_wifi_grade,tp_lt_30,tp_lt_40,tp_lt_50,tp_gt_55,flags,error", header);
    }

    [Fact]
    public void Text_passes_unchanged_through_quotes_line_ends_and_a_byte_order_mark()
    {
        byte[] file = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("id,toe,brachial_r,brachial_l\r\n\"é \"\"1\"\", x\", 29.50 ,113,114.0\r\n")];
        using StreamReader input = new(new MemoryStream(file));
        StringWriter output = new(CultureInfo.InvariantCulture);
        Scoring.Run(Tbi, input, "a test", new CsvScoreOutput(output));
        Assert.Equal("\"é \"\"1\"\", x\", 29.50 ,113,114.0,114,30,0.26,abnormal,2,0,1,1,0,,", output.ToString().Split('\n')[1]);
    }

    [Theory]
    [InlineData("abc,114,254,102", "brachial_r: 'abc' is not")]
    [InlineData("113,-5,254,102", "brachial_l: '-5' is not")]
    [InlineData("113,0,254,102", "brachial_l: '0' is not")]
    [InlineData("113,114,>254.5,102", "pt: '>254.5' is not")]
    [InlineData("113,114,flat,102", "pt: 'flat' is not")]
    [InlineData("113,114,254,999", "dp: '999' is not")]
    [InlineData("113,114,254,1e2", "dp: '1e2' is not")]
    [InlineData("113,114,254,102,7", "line 2 has 5 fields where the header has 4")]
    [InlineData("113,114,254", "line 2 has 3 fields where the header has 4")]
    [InlineData("\"113\"4,114,254,102", "line 2 has text after a closing quote")]
    public void A_bad_row_says_why_and_the_rest_goes_on(string row, string why)
    {
        List<Dictionary<string, string>> rows = Rows(Csv(Abi, $"brachial_r,brachial_l,pt,dp\n{row}\n113,114,>254,102\n"));
        Assert.StartsWith(why, rows[0]["error"], StringComparison.Ordinal);
        Assert.All(Abi.Answers, answer => Assert.Equal("", rows[0][answer]));
        Assert.Equal(("", "0.89 (DP); PT >254 NC"), (rows[1]["error"], rows[1]["display"]));
    }

    [Theory]
    [InlineData(",60,,", "foot_mmhg: is missing")]
    [InlineData("-2.1,60,,", "foot_mmhg: '-2.1' is not")]
    [InlineData("800.5,60,,", "foot_mmhg: '800.5' is not")]
    [InlineData("40,1e1,,", "chest_mmhg: '1e1' is not")]
    [InlineData("40,60,absent,", "foot_on_o2_mmhg: 'absent' is not")]
    [InlineData("40,60,,\"40,5\"", "foot_elevated_mmhg: '40,5' is not")]
    public void A_tension_that_no_electrode_gives_is_refused(string row, string why)
    {
        List<Dictionary<string, string>> rows = Rows(Csv(Table("tcpo2"), $"foot_mmhg,chest_mmhg,foot_on_o2_mmhg,foot_elevated_mmhg\n{row}\n-2,,,\n"));
        Assert.StartsWith(why, rows[0]["error"], StringComparison.Ordinal);
        Assert.Equal(("", "0", "<10"), (rows[1]["error"], rows[1]["tcpo2_reported"], rows[1]["bin"]));
    }

    [Theory]
    [InlineData("29.5,39.9,100.5,31", "30,30-39,2,1,0,0,0,0,0.74,71,0,1,-1,chest_reference_low,")]
    [InlineData("60.2,60,,", "60,>=60,0,0,0,0,0,0,1.00,,,,,,")]
    [InlineData("30,0,,", "30,30-39,2,1,0,0,0,0,,,,,,chest_reference_low,")]
    [InlineData("24.4,,33.5,", "24,20-24,3,1,1,1,0,0,,10,0,0,,,")]
    public void Tensions_are_printed_first_and_graded_as_printed(string row, string answers) =>
        Assert.Equal($"{row},{answers}", Csv(Table("tcpo2"), $"foot_mmhg,chest_mmhg,foot_on_o2_mmhg,foot_elevated_mmhg\n{row}\n").Split('\n')[1]);

    [Fact]
    public void A_header_alone_gives_a_header_alone() => Assert.Single(Csv(Abi, "brachial_r,brachial_l,pt,dp\n").TrimEnd().Split('\n'));

    [Theory]
    [InlineData("", "no header line")]
    [InlineData("brachial_r,brachial_l,dp\n", "missing column pt")]
    [InlineData("pt,brachial_r,brachial_l,pt,dp\n", "column 'pt' stands twice")]
    public void A_file_without_the_columns_is_refused(string text, string why)
    {
        CommandFailure failure = Assert.Throws<CommandFailure>(() => Csv(Abi, text));
        Assert.StartsWith(why, failure.Message, StringComparison.Ordinal);
        Assert.Contains("a test", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_hold_the_same_fields_with_null_for_empty_and_an_array_of_flags()
    {
        string[] lines = Run(Abi, "id,brachial_r,brachial_l,pt,dp\nA,,114,>254,\nB,x,114,1,1\n", output => new JsonScoreOutput(output)).TrimEnd().Split('\n');
        using JsonDocument good = JsonDocument.Parse(lines[0]);
        using JsonDocument bad = JsonDocument.Parse(lines[1]);
        Assert.Equal(["id", .. Abi.Inputs, .. Abi.Answers, "error"], good.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("PT >254 NC", good.RootElement.GetProperty("display").GetString());
        Assert.Equal("114", good.RootElement.GetProperty("brachial_used").GetString());
        Assert.Equal(JsonValueKind.Null, good.RootElement.GetProperty("limb_index").ValueKind);
        Assert.Equal(JsonValueKind.Null, good.RootElement.GetProperty("error").ValueKind);
        Assert.Equal(["single_arm", "nc_pt"], good.RootElement.GetProperty("flags").EnumerateArray().Select(f => f.GetString()!));
        Assert.Equal(JsonValueKind.Null, bad.RootElement.GetProperty("flags").ValueKind);
        Assert.StartsWith("brachial_r: 'x'", bad.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Property]
    public void Whatever_a_row_holds_it_is_answered_or_refused_and_scoring_twice_changes_nothing(string? right, string? left, string? pt, string? dp)
    {
        StringWriter text = new(CultureInfo.InvariantCulture);
        CsvWriter.Write(text, Abi.Inputs);
        CsvWriter.Write(text, [right ?? "110", left ?? "", pt ?? ">254", dp ?? "90"]);
        string once = Csv(Abi, text.ToString());
        Assert.Equal(once, Csv(Abi, once));
        Dictionary<string, string> row = Assert.Single(Rows(once));
        Assert.NotEqual(row["error"].Length > 0, row["category"].Length > 0);
    }

    [Theory]
    [InlineData(CommandLine.Usage, "unknown table 'abj'", "score", "abj")]
    [InlineData(CommandLine.Usage, "", "score")]
    [InlineData(CommandLine.Usage, "", "score", "abi", "a.csv", "b.csv")]
    [InlineData(CommandLine.Failed, "table 'kaplan-meier' is not available in this version", "score", "kaplan-meier", "-")]
    [InlineData(CommandLine.Failed, "no such file", "score", "abi", "there/is/no/such.csv")]
    public async Task A_command_that_cannot_be_done_says_so_by_exit_code_and_one_line(int exit, string what, params string[] args)
    {
        StringWriter errors = new(CultureInfo.InvariantCulture);
        Assert.Equal(exit, await CommandLine.RunAsync(new RootCommand { ScoreCommand.Build() }, args, errors));
        Assert.StartsWith($"error: {what}", errors.ToString(), StringComparison.Ordinal);
    }

    private static ScoreTable Table(string name) => ScoreTable.All.Single(t => t.Name == name);

    private static string Csv(ScoreTable table, string text) => Run(table, text, output => new CsvScoreOutput(output));

    private static string Run(ScoreTable table, string text, Func<TextWriter, IScoreOutput> form)
    {
        StringWriter output = new(CultureInfo.InvariantCulture);
        Scoring.Run(table, new StringReader(text), "a test", form(output));
        return output.ToString();
    }

    private static List<Dictionary<string, string>> Rows(string csv)
    {
        CsvReader reader = new(new StringReader(csv));
        IReadOnlyList<string> header = reader.Read()!.Fields;
        List<Dictionary<string, string>> rows = [];
        while (reader.Read() is { } record)
        {
            rows.Add(header.Zip(record.Fields).ToDictionary(f => f.First, f => f.Second));
        }

        return rows;
    }

    private static string Sorted(string flags) => string.Join(';', flags.Split(';', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
}
