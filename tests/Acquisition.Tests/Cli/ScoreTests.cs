using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Vascular.Acquisition.Cli;
using Vascular.Processing.Vocabulary;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Examinations;

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
    [InlineData("ppg-flatness", "ppg-flatness", 21)]
    [InlineData("wifi-ischemia", "wifi-ischemia", 46)]
    [InlineData("wifi-stage", "wifi-stage", 64)]
    [InlineData("wifi-benefit", "wifi-benefit", 64)]
    [InlineData("glass-stage", "glass-stage", 25)]
    [InlineData("followup", "followup-alert", 16)]
    [InlineData("pdva", "pdva-eligibility", 20)]
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
        Scoring.Run(Tbi, input, "a test", new CsvScoreOutput(output), ClinicalRules.Default);
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

    [Theory]
    [InlineData("ppg-flatness", "8,30,1,,", "26.667,0.130,not_graded,")]
    [InlineData("ppg-flatness", ">96,100,1,,", ">96,<0.040,not_graded,")]
    [InlineData("ppg-flatness", "4.002,100,1,200,1", "4.002,0.500,severe,")]
    [InlineData("ppg-flatness", "20,100,1,200,", "20,0.167,not_graded,")]
    [InlineData("ppg-flatness", "8,,1,,", ",,,gain_percent: '' is not a number above 0 and up to 10000")]
    [InlineData("ppg-flatness", "8,0,1,,", ",,,gain_percent: '0' is not a number above 0 and up to 10000")]
    [InlineData("ppg-flatness", "-1,100,1,,", ",,,\"amp_mm: '-1' is not a number from 0 to 10000, or '>' and one\"")]
    [InlineData("ppg-flatness", "8,100,1,200,2", ",,,dicrotic_notch: '2' is not 0 or 1")]
    [InlineData("tbi", "<30,113,114", "114,<30,<0.27,abnormal,3,1,1,1,0,,")]
    [InlineData("tbi", "<40,113,114", "114,<40,<0.36,abnormal,2 or 3,,1,1,0,,")]
    [InlineData("tbi", "<0,113,114", ",,,,,,,,,,\"toe: '<0' is not a number of mmHg from 0 to 400, '>' and a whole cuff limit, '<' and a whole floor, flat, amputated, or empty\"")]
    [InlineData("abi", "113,114,<30,25", "114,below_limit,measured,<0.27,0.22,DP,0.22,0.22,0.21 to 0.27,abnormal,abnormal,,0,1,,")]
    [InlineData("wifi-ischemia", ",0,,<30,1,,1,,0", "3,TP,,")]
    [InlineData("wifi-ischemia", ",0,,<40,1,,1,,0", "2 or 3,TP,,")]
    [InlineData("wifi-ischemia", ",0,,<x,1,,1,,0", ",,,toe_mmhg: '<x' is not '<' and a whole floor up to 400")]
    [InlineData("wifi-ischemia", "0.795,0,,,,,,,0", "0,ABI,,")]
    [InlineData("wifi-ischemia", "1.304,0,90,,,,,,0", "1,AP,abi_ap_disagree,")]
    [InlineData("wifi-ischemia", "0.95,0,69.5,,,,,,0", "1,AP,abi_ap_disagree,")]
    [InlineData("wifi-ischemia", ",0,,0,1,,1,,0", "3,TP,,")]
    [InlineData("wifi-ischemia", ",0,,25,0,,1,,1", ",,tp_unreliable;not_gradable,")]
    [InlineData("wifi-ischemia", ",0,,45,1,-1.5,1,flat,1", "1,TP,tp_tcpo2_disagree;flat_pvr_discordant,")]
    [InlineData("wifi-ischemia", ",,,45,1,,1,,0", ",,,abi_nc: '' is not 0 or 1")]
    [InlineData("wifi-ischemia", ",0,,45,,,1,,0", ",,,toe_reliable: '' is not 0 or 1")]
    [InlineData("wifi-ischemia", ",0,,flat,1,,1,,0", ",,,\"toe_mmhg: 'flat' is not a number from 0 to 400, or empty\"")]
    [InlineData("wifi-ischemia", ",0,,45,1,,1,normal,0", ",,,forefoot_pvr: 'normal' is not empty or flat")]
    [InlineData("wifi-ischemia", "89,0,,45,1,,1,,0", ",,,\"abi: '89' is not a number from 0 to 10, or empty\"")]
    [InlineData("wifi-stage", "1,2,4", ",,foot_infection: '4' is not a whole number from 0 to 3")]
    [InlineData("wifi-stage", "1,,0", ",,ischemia: '' is not a whole number from 0 to 3")]
    [InlineData("wifi-benefit", "1.0,2,0", ",wound: '1.0' is not a whole number from 0 to 3")]
    [InlineData("wifi-benefit", "-1,2,0", ",wound: '-1' is not a whole number from 0 to 3")]
    [InlineData("glass-stage", "5,0", ",fp_grade: '5' is not a whole number from 0 to 4")]
    [InlineData("followup", "TP,90,30,29.5", "none,,")]
    [InlineData("followup", "TP,90,29.5,29.4", "urgent,fell_below_30,")]
    [InlineData("followup", "TcPO2,10,40,28.9", "urgent,fell_below_30,")]
    [InlineData("followup", "TcPO2,45,25,14", "none,early_lag_expected,")]
    [InlineData("followup", "TcPO2,45,25,13.9", "review,drop_gt_11,")]
    [InlineData("followup", "TcPO2,45.5,25,14", "review,still_below_30_after_45_days,")]
    [InlineData("followup", "ABI,1,1.005,0.86", "review,drop_ge_0.15,")]
    [InlineData("followup", "ABI,1,,0.86", ",,best_prior: '' is not a number from 0 to 10")]
    [InlineData("followup", "ABI,-1,0.9,0.86", ",,days_after_procedure: '-1' is not a number from 0 to 36525")]
    [InlineData("followup", "RPI,1,0.9,0.86", ",,test: 'RPI' is not ABI or TBI or TP or TcPO2")]
    [InlineData("followup", "TP,1,999,30", ",,best_prior: '999' is not a number from 0 to 400")]
    [InlineData("pdva", "yes,yes,yes,no,yes,yes,no,no,no,maybe", ",,,plantar_vein_target: 'maybe' is not unknown or yes or no")]
    [InlineData("pdva", "yes,yes,yes,no,yes,yes,no,no,no,", ",,,plantar_vein_target: '' is not unknown or yes or no")]
    [InlineData("pdva", "unknown,no,yes,no,yes,yes,no,no,no,yes", "not_candidate,1,patient_goal,")]
    [InlineData("pdva", "unknown,yes,no,yes,yes,yes,no,no,no,yes", "incomplete,1,limb_not_salvageable;arterial_target_available,")]
    public void Rows_beyond_the_vectors_are_answered_by_the_same_rules(string name, string row, string answers)
    {
        ScoreTable table = Table(name);
        Assert.Equal($"{row},{answers}", Csv(table, $"{string.Join(',', table.Inputs)}\n{row}\n").Split('\n')[1]);
    }

    [Property]
    public void Whatever_any_table_is_given_it_answers_or_refuses(string?[] fields, uint which)
    {
        ScoreTable table = ScoreTable.All[(int)(which % ScoreTable.All.Count)];
        StringWriter text = new(CultureInfo.InvariantCulture);
        CsvWriter.Write(text, table.Inputs);
        CsvWriter.Write(text, table.Inputs.Select((_, k) => fields.Length > 0 ? fields[k % fields.Length] ?? "1" : "1"));
        foreach (Dictionary<string, string> row in Rows(Csv(table, text.ToString())))
        {
            Assert.True(row["error"].Length > 0 || table.Answers.Any(a => row[a].Length > 0));
        }
    }

    /// <summary>Fields as people mistype them, in every table, between two rows that are right: those are answered as if they stood alone.</summary>
    [Property(MaxTest = 2000)]
    public void A_wrong_row_costs_itself_alone(uint seed)
    {
        string[] words = ["", " ", "-", "-1", "0", "1", "2", "3", "4", "32", "39.5", "102", "114", ">254", "<30", "<", ">", "<0", ">401", "254+", "1e2", "1,5", "0x10", "NaN", "∞", "٣", "yes", "no",
            "unknown", "flat", "absent", "amputated", "TP", "ABI", "\"", "a\"b", "a\nb", "2147483648", "-0.0000000001", "0.9999999999", "999999999999999999999999", "\0", "\uD800"];
        ScoreTable table = ScoreTable.All[(int)(seed % ScoreTable.All.Count)];
        if (table.Gather is not null)
        {
            return;
        }

        (string head, string good) = FirstRow(table);
        StringWriter wrong = new(CultureInfo.InvariantCulture);
        uint state = seed | 1;
        CsvWriter.Write(wrong, head.Split(',').Select(_ => words[(int)((state = (state * 1664525) + 1013904223) >> 8) % words.Length]));
        List<Dictionary<string, string>> rows = Rows(Csv(table, $"{head}\n{good}\n{wrong}{good}\n"));
        Dictionary<string, string> alone = Assert.Single(Rows(Csv(table, $"{head}\n{good}\n")));
        Assert.Equal(3, rows.Count);
        Assert.Equal(alone, rows[0]);
        Assert.Equal(alone, rows[2]);
        Assert.NotEqual(rows[1]["error"].Length > 0, table.Answers.Any(a => rows[1][a].Length > 0));
    }

    private static (string Head, string Row) FirstRow(ScoreTable table)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "vectors", table.Name switch { "followup" => "followup-alert.csv", "pdva" => "pdva-eligibility.csv", _ => $"{table.Name}.csv" });
        Dictionary<string, string> row = Rows(File.ReadAllText(file))[0];
        return (string.Join(',', table.Inputs), string.Join(',', table.Inputs.Select(i => row[i])));
    }

    [Fact]
    public void Json_has_an_array_of_reasons_as_of_flags()
    {
        ScoreTable table = Table("pdva");
        string line = Run(table, $"{string.Join(',', table.Inputs)}\nno,yes,yes,no,yes,yes,no,no,yes,yes\n", output => new JsonScoreOutput(output));
        using JsonDocument row = JsonDocument.Parse(line);
        Assert.Equal(["patient_risk", "vein_thrombosis"], row.RootElement.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()!));
    }

    [Fact]
    public void Survival_of_the_synthetic_subjects_is_the_registrys()
    {
        ScoreTable table = Table("kaplan-meier");
        string folder = Path.Combine(AppContext.BaseDirectory, "vectors");
        List<Dictionary<string, string>> expected = Rows(File.ReadAllText(Path.Combine(folder, "km-synthetic-expected.csv")));
        List<Dictionary<string, string>> scored = Rows(Csv(table, File.ReadAllText(Path.Combine(folder, "km-synthetic-subjects.csv"))));
        Assert.Equal([.. table.Answers, "error"], scored[0].Keys);
        Assert.Equal(9, scored.Count);
        foreach ((Dictionary<string, string> want, Dictionary<string, string> got) in expected.Zip(scored))
        {
            Assert.Equal("", got["error"]);
            Assert.Equal(want["published_percent"], got["percent_1dp"]);
            Assert.All(want.Where(w => got.ContainsKey(w.Key)), w => Assert.Equal((w.Key, w.Value), (w.Key, got[w.Key])));
        }

        // log-log bounds computed to 40 digits outside this program
        Assert.Equal(("0.655039", "0.929482"), (scored[0]["lower"], scored[0]["upper"]));
        Assert.Equal(("0.541390", "0.884993"), (scored[8]["lower"], scored[8]["upper"]));
    }

    [Theory]
    [InlineData("S,,,,", "followup_end_month: '' is not")]
    [InlineData("S,,,13,12", "death_month: 13 is after the end of follow-up at 12")]
    [InlineData("S,,,11,12", "death_month: 11 is before the end of follow-up at 12")]
    [InlineData("S,13,,,12", "healed_month: 13 is after the end of follow-up at 12")]
    [InlineData("S,5,4,,12", "healed_month: 5 is after the major amputation at 4")]
    [InlineData("S,-1,,,12", "healed_month: '-1' is not")]
    [InlineData("S,x,,,12", "healed_month: 'x' is not")]
    [InlineData("S,\"x\ny\",,,12", "healed_month: 'x y' is not")]
    public void A_subject_that_cannot_be_is_refused_and_is_in_no_estimate(string row, string why)
    {
        const string Head = "subject,healed_month,major_amputation_month,death_month,followup_end_month\n";
        List<Dictionary<string, string>> rows = Rows(Csv(Table("kaplan-meier"), $"{Head}{row}\nT,3,,,24\nU,,2,,2\n"));
        Assert.StartsWith($"line 2 ('S'): {why}", rows[0]["error"], StringComparison.Ordinal);
        Assert.Equal("", rows[0]["estimate"]);
        Assert.Equal(("0.500000", "50.0", "1", "1"), (rows[1]["estimate"], rows[1]["percent_1dp"], rows[1]["at_risk_after"], rows[1]["events_to_date"]));
        Assert.Equal(10, rows.Count);
        Assert.All(Rows(Csv(Table("kaplan-meier"), $"{Head}{row}\n")).Skip(1), r => Assert.Equal("no subject could be read", r["error"]));
    }

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
    [InlineData(CommandLine.Failed, "no such file", "score", "abi", "there/is/no/such.csv")]
    public async Task A_command_that_cannot_be_done_says_so_by_exit_code_and_one_line(int exit, string what, params string[] args)
    {
        StringWriter errors = new(CultureInfo.InvariantCulture);
        Assert.Equal(exit, await CommandLine.RunAsync(new RootCommand { ScoreCommand.Build() }, args, errors));
        Assert.StartsWith($"error: {what}", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_of_the_site_changes_the_answer_and_every_row_says_so()
    {
        RuleSet rules = SiteRules.Parse("""{ "version": "2026.3", "pressures": { "toe_index_abnormal_to_hundredths": 65 }, "survival": { "months": [12, 24] } }""", "rules.json");
        const string Text = "toe,brachial_r,brachial_l\n68,100,\nx,100,\n";
        List<Dictionary<string, string>> delivered = Rows(Csv(Table("tbi"), Text));
        List<Dictionary<string, string>> own = Rows(Run(Table("tbi"), Text, output => new CsvScoreOutput(output), rules));
        Assert.Equal(("abnormal", false), (delivered[0]["category"], delivered[0].ContainsKey("site_rules")));
        Assert.Equal(("normal", "site-rule pressures.toe_index_abnormal_to_hundredths 65 instead of 70"), (own[0]["category"], own[0]["site_rules"]));
        Assert.Equal(("", own[0]["site_rules"]), (own[1]["category"], own[1]["site_rules"]));
        Assert.DoesNotContain("site_rules", Run(Table("abi"), "brachial_r,brachial_l,pt,dp\n100,,90,80\n", output => new CsvScoreOutput(output), rules), StringComparison.Ordinal);
        Assert.Equal(["12", "24"], Rows(Run(Table("kaplan-meier"), "subject,healed_month,major_amputation_month,death_month,followup_end_month\nS,3,,,24\n", output => new CsvScoreOutput(output), rules))
            .Where(r => r["endpoint"] == "limb_salvage").Select(r => r["month"]));
    }

    private static ScoreTable Table(string name) => ScoreTable.All.Single(t => t.Name == name);

    private static string Csv(ScoreTable table, string text) => Run(table, text, output => new CsvScoreOutput(output));

    private static string Run(ScoreTable table, string text, Func<TextWriter, IScoreOutput> form, RuleSet? rules = null)
    {
        StringWriter output = new(CultureInfo.InvariantCulture);
        Scoring.Run(table, new StringReader(text), "a test", form(output), rules ?? ClinicalRules.Default);
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
