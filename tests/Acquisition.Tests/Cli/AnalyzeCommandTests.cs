using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Tests.Examinations;
using Vascular.Devices;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Cli;

[CollectionDefinition("console", DisableParallelization = true)]
public class ConsoleTests;

[Collection("console")]
public class AnalyzeCommandTests
{
    private static readonly string Recordings = Path.Combine(AppContext.BaseDirectory, "recordings");

    [Fact]
    public async Task Ppg_answers_beats_and_rate_and_refuses_the_flatness_of_an_uncalibrated_trace()
    {
        (int exit, string output, _) = await RunAsync("ppg", Path.Combine(Recordings, "ppg", "neurokit_rest5.csv"), "--rate", "100", "--json");
        Assert.Equal(0, exit);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        Assert.InRange(result.GetProperty("heart_rate_per_min").GetDouble(), 80, 92);
        Assert.InRange(result.GetProperty("beats").GetArrayLength(), 410, 440);
        Assert.Equal("pulsatile", result.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("pfi").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("grade").ValueKind);
        Assert.Equal(("unreliable", "uncalibrated"), (result.GetProperty("pfi_state").GetString(), result.GetProperty("pfi_reason").GetString()));
    }

    [Theory]
    [InlineData("100", "0.02", 0.332, "normal")]
    [InlineData("20", "0.02", 0.09, "normal")]
    [InlineData("100", "0.001", 0.909, "nonpulsatile")]
    public async Task A_calibrated_trace_is_graded_by_its_amplitude_first(string gain, string scale, double pfi, string grade)
    {
        (_, string output, _) = await RunAsync("ppg", Path.Combine(Recordings, "ppg", "heartpy_data.csv"), "--rate", "100", "--gain-percent", gain, "--mm-per-unit", scale, "--json");
        JsonElement result = JsonDocument.Parse(output).RootElement;
        Assert.InRange(result.GetProperty("pfi").GetDouble(), pfi - 0.002, pfi + 0.002);
        Assert.Equal((grade, "measured"), (result.GetProperty("grade").GetString(), result.GetProperty("pfi_state").GetString()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("pfi_reason").ValueKind);
    }

    [Fact]
    public async Task The_noise_of_a_false_alarm_is_called_unreadable()
    {
        (_, string output, _) = await RunAsync("ppg", Path.Combine(Recordings, "ppg", "challenge2015_v102s.csv"), "--rate", "250", "--json");
        JsonElement result = JsonDocument.Parse(output).RootElement;
        Assert.Equal("unreadable", result.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("heart_rate_per_min").ValueKind);
    }

    [Fact]
    public async Task Pressure_by_return_of_pulse_prints_the_integer_beside_the_tenth()
    {
        (int exit, string output, _) = await RunAsync("pressure", Path.Combine(Recordings, "cuff_ppg", "run_d02.csv"), "--rate", "125", "--cuff", "cuff_mmHg", "--ppg", "ppg_adc12", "--json");
        Assert.Equal(0, exit);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        Assert.Equal("measured", result.GetProperty("state").GetString());
        Assert.Equal(26.9, result.GetProperty("systolic_mmHg").GetDouble());
        Assert.Equal(27, result.GetProperty("systolic_printed_mmHg").GetInt32());
        Assert.Equal("no_baseline", result.GetProperty("flags")[0].GetString());
    }

    [Theory]
    [InlineData("7,5", "not read as 75")]
    [InlineData("0", "is not a number from 32 to 1000")]
    [InlineData("1e3x", "is not a number from 32 to 1000")]
    [InlineData("NaN", "is not a number from 32 to 1000")]
    public async Task A_bad_rate_is_a_usage_error(string rate, string why)
    {
        string file = Path.Combine(Recordings, "ppg", "heartpy_data.csv");
        foreach (string[] args in (string[][])[["ppg", file, "--rate", rate], ["pressure", file, "--cuff", "ppg", "--rate", rate]])
        {
            (int exit, string output, string errors) = await RunAsync(args);
            Assert.Equal((2, ""), (exit, output));
            Assert.StartsWith($"error: --rate '{rate}' ", errors, StringComparison.Ordinal);
            Assert.Contains(why, errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1,2\n3,4,5\n", "3 cells under 2 names", "line 3 column 3")]
    [InlineData("1,2\n3,x\n", "'x' is not a number", "line 3 column b")]
    [InlineData("1,2\n\n3\n", "'' is not a number", "line 4 column b")]
    [InlineData("1,NaN\n", "'NaN' is not a number", "line 2 column b")]
    [InlineData("1,1 000\n", "'1 000' is not a number", "line 2 column b")]
    public async Task A_malformed_number_names_line_and_column(string rows, string what, string where)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "a,b\n" + rows);
            (int exit, _, string errors) = await RunAsync("ppg", file, "--rate", "100", "--column", "b");
            Assert.Equal(1, exit);
            Assert.StartsWith($"error: {what}", errors, StringComparison.Ordinal);
            Assert.Contains(where, errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("2000\n2001\n2002\n", "the first line holds numbers", "line 1")]
    [InlineData("ppg,ppg\n1,2\n", "two columns 'ppg'", "give each column a name")]
    [InlineData("ppg\n1\n1e16\n", "'1e16' is larger than any converter counts", "line 3 column ppg")]
    public async Task A_table_that_can_be_read_in_two_ways_is_refused(string text, string what, string where)
    {
        await WithFileAsync(text, async file =>
        {
            (int exit, string output, string errors) = await RunAsync("ppg", file, "--rate", "100", "--json");
            Assert.Equal((1, ""), (exit, output));
            Assert.StartsWith($"error: {what}", errors, StringComparison.Ordinal);
            Assert.Contains(where, errors, StringComparison.Ordinal);
        });
    }

    /// <summary>Samples that do not follow each other are not joined, whatever --rate says.</summary>
    [Theory]
    [InlineData(100, 500, 1.0, 0, null)]
    [InlineData(75, 500, 1.0, 0, null)]
    [InlineData(1000, 500, 1.0, 0, null)]
    [InlineData(100, 500, 1.0, 10, "the times jump by 10.01 s")]
    [InlineData(100, 500, -1.0, 0, "the times go back")]
    [InlineData(200, 500, 2.0, 0, "500 samples in 4.99 s are not 200 Hz")]
    public async Task The_times_of_a_file_are_held_against_the_rate(double rate, int rows, double slower, double gapS, string? what)
    {
        string text = "time_s,ppg\n" + string.Concat(Enumerable.Range(0, rows).Select(k => string.Create(
            CultureInfo.InvariantCulture, $"{k / rate * slower + (k < rows / 2 ? 0 : gapS):0.00},{2000 + 100 * Math.Sin(k * 0.06)}\n")));
        await WithFileAsync(text, async file =>
        {
            (int exit, _, string errors) = await RunAsync("ppg", file, "--rate", rate.ToString(CultureInfo.InvariantCulture), "--json");
            Assert.Equal((what is null ? 0 : 1, what is null ? "" : $"error: {what}"), (exit, errors[..Math.Min(errors.Length, what is null ? errors.Length : 7 + what.Length)]));
        });
    }

    [Fact]
    public async Task Names_and_numbers_may_stand_in_quotes() =>
        await WithFileAsync("\"time_s\",\"ppg\"\n" + string.Concat(Enumerable.Range(0, 900).Select(k => string.Create(CultureInfo.InvariantCulture, $"\"{k / 100.0:0.00}\",\"{2000 + (k % 100)}\"\n"))), async file =>
            Assert.Equal(0, (await RunAsync("ppg", file, "--rate", "100", "--json")).Exit));

    /// <summary>RFC 4180: a comma in quotes is a part of the name, and the column is the one that was named.</summary>
    [Fact]
    public async Task A_comma_in_a_quoted_name_moves_no_column() =>
        await WithFileAsync("\"chest, 2nd \"\"space\"\"\nTcPO2\",foot,heater_C\r\n" + string.Concat(Enumerable.Repeat("\"60\",22,44\r\n", 700)), async file =>
        {
            foreach ((string column, double mmHg) in ((string, double)[])[("foot", 22), ("heater_C", 44), ("chest, 2nd \"space\"\nTcPO2", 60)])
            {
                (int exit, string output, _) = await RunAsync("tcpo2", file, "--rate", "1", "--column", column, "--json");
                Assert.Equal((0, mmHg), (exit, JsonDocument.Parse(output).RootElement.GetProperty("tcpo2_mmHg").GetDouble()));
            }
        });

    [Theory]
    [InlineData("1,2\n3\n5,6\n", "'' is not a number: 1 of 2 cells are there", "line 3 column b")]
    [InlineData("1,2\n3,4\n5", "'' is not a number: 1 of 2 cells are there", "line 4 column b")]
    [InlineData("1,2\n3,\"4\n5,6\n", "line 3 opens a quote that is not closed", "close each quote")]
    [InlineData("1,2\n3,\"4\"4\n", "line 3 has text after a closing quote", "close each quote")]
    public async Task A_torn_row_is_refused_whichever_column_is_asked_for(string rows, string what, string where) =>
        await WithFileAsync("a,b\n" + rows, async file =>
        {
            foreach (string[] args in (string[][])[["ppg", file, "--rate", "100", "--column", "a"], ["tcpo2", file, "--rate", "1", "--column", "a"]])
            {
                (int exit, string output, string errors) = await RunAsync(args);
                Assert.Equal((1, ""), (exit, output));
                Assert.StartsWith($"error: {what}", errors, StringComparison.Ordinal);
                Assert.Contains(where, errors, StringComparison.Ordinal);
            }
        });

    /// <summary>A file whose lines end in returns alone, one with a blank line at its end, and one with a name in another encoding are whole.</summary>
    [Theory]
    [InlineData("a,b\r1,2\r3,4\r", new byte[0])]
    [InlineData("a,b\r\n1,2\r\n3,4\r\n\r\n", new byte[0])]
    [InlineData("a,b\n1,2\n3,4\n", new byte[] { 0xB0 })]
    public async Task A_whole_file_is_read_whatever_ends_its_lines(string text, byte[] before) =>
        await WithFileAsync("", async file =>
        {
            await File.WriteAllBytesAsync(file, [.. before, .. System.Text.Encoding.UTF8.GetBytes(text)]);
            (int exit, string output, string errors) = await RunAsync("ppg", file, "--rate", "100", "--column", "b", "--json");
            Assert.Equal((0, "", 0.02), (exit, errors, JsonDocument.Parse(output).RootElement.GetProperty("seconds").GetDouble()));
        });

    /// <summary>5.3 kPa are 40 mmHg: read as mmHg they were a dying foot.</summary>
    [Theory]
    [InlineData("cuff_kPa", "kPa", "multiply it by 7.50062")]
    [InlineData("TcPO2 (kPa)", "kPa", "multiply it by 7.50062")]
    [InlineData("kpa", "kPa", "multiply it by 7.50062")]
    [InlineData("CUFF_KPA", "kPa", "multiply it by 7.50062")]
    [InlineData("cuff_mbar", "mbar", "multiply it by 0.750062")]
    [InlineData("cuff psi", "psi", "multiply it by 51.7149")]
    [InlineData("backpack", null, null)]
    [InlineData("lumbar", null, null)]
    [InlineData("cuff_mmHg", null, null)]
    public async Task A_pressure_named_for_another_unit_is_never_read_as_mmHg(string column, string? unit, string? mend) =>
        await WithFileAsync($"{column},ppg\n12.8,2000\n12.7,2001\n", async file =>
        {
            foreach (string[] args in (string[][])[
                ["pressure", file, "--rate", "100", "--cuff", column, "--ppg", "ppg"], ["pressure", file, "--rate", "100", "--cuff", column], ["tcpo2", file, "--rate", "1", "--column", column]])
            {
                (int exit, string output, string errors) = await RunAsync([.. args, "--json"]);
                Assert.Equal((unit is null ? 0 : 1, unit is null), (exit, output.Length > 0));
                Assert.StartsWith(unit is null ? "" : $"error: the column is in {unit} by its name, and mmHg are asked for, {file} column {column}, {mend}", errors, StringComparison.Ordinal);
            }
        });

    /// <summary>Two samples missing of every 150 at 75 Hz, in times as written by different programs: none are joined.</summary>
    [Theory]
    [InlineData("time_s", "0.0000", 1, "the times jump by 0.04 s")]
    [InlineData("time_s", "0.###############", 1, "the times jump by 0.04 s")]
    [InlineData("time_s", "0.#####E0", 1, "the times jump by 0.04 s")]
    [InlineData("time_ms", "0.0", 1000, "the times jump by 0.04 s")]
    [InlineData("Time (s)", "0.0000", 1, "the times jump by 0.04 s")]
    [InlineData("t", "0.0000", 1, "the times jump by 0.04")]
    [InlineData("timestamp", "0.000", 1e3, "the times jump by 40")]
    public async Task A_hole_in_exact_times_is_never_joined(string name, string format, double units, string what)
    {
        IEnumerable<int> there = Enumerable.Range(0, 4500).Where(k => k % 150 is not (70 or 71));
        await WithFileAsync(Timed(name, there.Select(k => (k / 75.0 * units).ToString(format, CultureInfo.InvariantCulture))), async file =>
        {
            (int exit, _, string errors) = await RunAsync("ppg", file, "--rate", "75", "--column", "ppg");
            Assert.Equal((1, $"error: {what}, {file} line 72 column {name}, samples are missing there"), (exit, errors[..Math.Min(errors.Length, $"error: {what}, {file} line 72 column {name}, samples are missing there".Length)]));
        });
    }

    /// <summary>A hole of 30 s in readings every 10 s: two of them are missing.</summary>
    [Theory]
    [InlineData("time_s")]
    [InlineData("Elapsed time [s]")]
    [InlineData("t")]
    public async Task A_hole_in_the_times_of_an_oxygen_monitor_is_told_what_to_write(string name)
    {
        string rows = string.Concat(Enumerable.Range(0, 100).Where(k => k is not (50 or 51)).Select(k => $"{k * 10}.00,40\n"));
        await WithFileAsync($"{name},tcpo2\n{rows}", async file =>
        {
            (int exit, _, string errors) = await RunAsync("tcpo2", file, "--rate", "0.1", "--column", "tcpo2");
            Assert.Equal(1, exit);
            Assert.StartsWith("error: the times jump by 30", errors, StringComparison.Ordinal);
            Assert.Contains("line 52", errors, StringComparison.Ordinal);
            Assert.Contains("an empty cell for each reading that is missing", errors, StringComparison.Ordinal);
        });
    }

    /// <summary>Times say the rate in any unit; where a name says none, a rate that fits no unit is refused, and what is no time is let be.</summary>
    [Theory]
    [InlineData("time", "seconds", 75, true)]
    [InlineData("time", "milliseconds", 75, true)]
    [InlineData("time", "rounded", 75, true)]
    [InlineData("time", "seconds", 150, false)]
    [InlineData("time", "rounded", 150, false)]
    [InlineData("Time (s)", "seconds", 75, true)]
    [InlineData("Time (s)", "seconds", 150, false)]
    [InlineData("time_min", "seconds", 75, false)]
    [InlineData("t", "counted", 75, true)]
    [InlineData("t", "temperature", 75, true)]
    [InlineData("t", "words", 75, true)]
    [InlineData("time", "bursts", 75, true)]
    [InlineData("t_skin", "seconds", 150, true)]
    [InlineData("timer", "seconds", 150, true)]
    public async Task A_column_of_times_by_any_name_is_held_against_the_rate(string name, string kind, double rate, bool taken)
    {
        string Time(int k) => FormattableString.Invariant(kind switch
        {
            "milliseconds" => (FormattableString)$"{1e3 * k / 75:0}",
            "rounded" => (FormattableString)$"{k / 75.0:0.00}",
            "counted" => (FormattableString)$"{k}",
            "temperature" => (FormattableString)$"{Math.Min(44, 22 + k * 0.02):0.0}",
            "words" => (FormattableString)$"10:00:{k / 75 % 60:00}",
            "bursts" => (FormattableString)$"{(k / 8 * 8) / 75.0:0.000}",
            _ => (FormattableString)$"{k / 75.0:0.00000}",
        });
        await WithFileAsync(Timed(name, Enumerable.Range(0, 3000).Select(Time)), async file =>
        {
            (int exit, _, string errors) = await RunAsync("ppg", file, "--rate", rate.ToString(CultureInfo.InvariantCulture), "--column", "ppg");
            Assert.Equal((taken ? 0 : 1, taken), (exit, errors.Length == 0));
            Assert.Contains(taken ? "" : "give the rate of the file with --rate", errors, StringComparison.Ordinal);
        });
    }

    private static string Timed(string name, IEnumerable<string> times) =>
        $"{name},ppg\n" + string.Concat(times.Select((time, k) => string.Create(CultureInfo.InvariantCulture, $"{time},{2000 + 100 * Math.Sin(k * 0.1):0.0}\n")));

    [Theory]
    [InlineData("-51")]
    [InlineData("401")]
    public async Task What_no_cuff_can_show_is_refused_as_a_cuff(string mmHg) =>
        await WithFileAsync($"cuff,ppg\n20,1\n{mmHg},2\n", async file =>
        {
            foreach (string[] more in (string[][])[["--ppg", "ppg"], []])
            {
                (int exit, string output, string errors) = await RunAsync(["pressure", file, "--rate", "100", "--cuff", "cuff", "--json", .. more]);
                Assert.Equal((1, ""), (exit, output));
                Assert.StartsWith($"error: {mmHg} is no cuff pressure in mmHg, {file} line 3 column cuff", errors, StringComparison.Ordinal);
            }
        });

    [Theory]
    [InlineData("0", "1", "--gain-percent '0' is not a number above 0")]
    [InlineData("20", "-1", "--mm-per-unit '-1' is not a number above 0")]
    [InlineData("2,0", "1", "--gain-percent '2,0' is not a number above 0")]
    [InlineData("NaN", "1", "--gain-percent 'NaN' is not a number above 0")]
    [InlineData("20", null, "belong together")]
    [InlineData(null, "1", "belong together")]
    public async Task A_bad_gain_or_scale_is_a_usage_error(string? gain, string? scale, string why)
    {
        string[] args = ["ppg", Path.Combine(Recordings, "ppg", "heartpy_data.csv"), "--rate", "100", .. gain is null ? Array.Empty<string>() : ["--gain-percent", gain], .. scale is null ? Array.Empty<string>() : ["--mm-per-unit", scale]];
        (int exit, string output, string errors) = await RunAsync(args);
        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains(why, errors, StringComparison.Ordinal);
    }

    /// <summary>10 mm of pulse in noise of 15 mm, and a wire that died: neither is a flat toe of grade nonpulsatile.</summary>
    [Theory]
    [InlineData(1500, 1000, "unreliable")]
    [InlineData(0, 0, "unreadable")]
    public async Task What_could_hide_a_pulse_is_never_graded_flat(double spread, double height, string state)
    {
        var random = new Random(8);
        double Noise() => spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double Pulse(double t) => t % 1 < 0.16 ? (1 - Math.Cos(Math.PI * (t % 1) / 0.16)) / 2 : Math.Exp(-4 * ((t % 1) - 0.16));
        string rows = string.Concat(Enumerable.Range(0, 6000).Select(k => $"{Math.Floor(20000 + (height * Pulse(k / 100.0)) + Noise())}\n"));
        await WithFileAsync("ppg\n" + rows, async file =>
        {
            (_, string output, _) = await RunAsync("ppg", file, "--rate", "100", "--gain-percent", "100", "--mm-per-unit", "0.01", "--json");
            JsonElement result = JsonDocument.Parse(output).RootElement;
            Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (result.GetProperty("pfi").ValueKind, result.GetProperty("grade").ValueKind));
            Assert.True(result.GetProperty("pfi_state").GetString() == state || result.GetProperty("state").GetString() == "unreadable", output);
        });
    }

    [Fact]
    public async Task A_plot_never_takes_the_place_of_its_recording()
    {
        string text = File.ReadAllText(Path.Combine(Recordings, "ppg", "heartpy_data.csv"));
        await WithFileAsync(text, async file =>
        {
            string link = file + ".link";
            File.CreateSymbolicLink(link, file);
            try
            {
                foreach (string plot in (string[])[file, link])
                {
                    (int exit, _, string errors) = await RunAsync("ppg", file, "--rate", "100", "--plot", plot);
                    Assert.Equal((1, true), (exit, errors.StartsWith("error: the plot would overwrite the recording", StringComparison.Ordinal)));
                    Assert.Equal(text, await File.ReadAllTextAsync(file));
                }
            }
            finally
            {
                File.Delete(link);
            }
        });
    }

    [Theory]
    [InlineData(3, 3500, "nonpulsatile")]
    [InlineData(1500, 0, "unreadable")]
    public async Task A_flat_toe_is_nonpulsatile_and_noise_is_unreadable(int spread, int level, string state)
    {
        string file = Path.GetTempFileName();
        try
        {
            var random = new Random(7);
            await File.WriteAllLinesAsync(file, ["ppg", .. Enumerable.Range(0, 75 * 30).Select(_ => $"{level + random.Next(-spread, spread + 1)}")]);
            (int exit, string output, _) = await RunAsync("ppg", file, "--rate", "75", "--json");
            Assert.Equal(0, exit);
            JsonElement result = JsonDocument.Parse(output).RootElement;
            Assert.Equal(state, result.GetProperty("state").GetString());
            Assert.Equal(JsonValueKind.Null, result.GetProperty("heart_rate_per_min").ValueKind);
            Assert.Equal(state == "nonpulsatile", result.GetProperty("smallest_visible_pulse").ValueKind == JsonValueKind.Number);
            (_, string scaled, _) = await RunAsync("ppg", file, "--rate", "75", "--gain-percent", "100", "--mm-per-unit", "0.01", "--json");
            JsonElement calibrated = JsonDocument.Parse(scaled).RootElement;
            Assert.Equal(state == "nonpulsatile" ? "1" : "null", calibrated.GetProperty("pfi").GetRawText());
            Assert.Equal(state == "nonpulsatile" ? "measured" : "unreadable", calibrated.GetProperty("pfi_state").GetString());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("1", 900, "measured", 40, 660, "")]
    [InlineData("0.1", 900, "measured", 40, 660, "")]
    [InlineData("1", 300, "running", null, null, "warming")]
    public async Task Tcpo2_answers_a_plateau_and_nothing_else_before_it(string rate, int seconds, string state, int? value, int? at, string flags)
    {
        double hz = double.Parse(rate, System.Globalization.CultureInfo.InvariantCulture);
        JsonElement result = await OxygenAsync(Enumerable.Range(0, (int)(seconds * hz)).Select(_ => "40.04"), rate);
        Assert.Equal(["state", "tcpo2_mmHg", "uncertainty_mmHg", "slope_mmHg_per_min", "at_s", "flags"], result.EnumerateObject().Select(p => p.Name));
        Assert.Equal(state, result.GetProperty("state").GetString());
        Assert.Equal(value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null", result.GetProperty("tcpo2_mmHg").GetRawText());
        Assert.Equal(at?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null", result.GetProperty("at_s").GetRawText());
        Assert.Equal(flags, string.Join(';', result.GetProperty("flags").EnumerateArray().Select(f => f.GetString())));
    }

    [Fact]
    public async Task A_recording_that_ends_in_air_says_so()
    {
        JsonElement result = await OxygenAsync(Enumerable.Range(0, 620).Select(s => s < 500 ? "40" : "157"), "1");
        Assert.Equal(("unreadable", "air_leak"), (result.GetProperty("state").GetString(), result.GetProperty("flags")[0].GetString()));
        Assert.Equal(1, result.GetProperty("flags").GetArrayLength());
        JsonElement never = await OxygenAsync(Enumerable.Range(0, 620).Select(_ => "157"), "1");
        Assert.Equal(("unreadable", "off_skin"), (never.GetProperty("state").GetString(), never.GetProperty("flags")[0].GetString()));
    }

    [Fact]
    public async Task An_empty_cell_is_a_reading_that_is_missing_and_keeps_its_time()
    {
        JsonElement result = await OxygenAsync(Enumerable.Range(0, 1200).Select(s => s is >= 640 and < 660 ? "" : "40"), "1");
        Assert.Equal(("gap", 900), (result.GetProperty("flags")[0].GetString(), result.GetProperty("at_s").GetDouble()));
    }

    /// <summary>A recording of what the wire carried gives what the examination found.</summary>
    [Theory]
    [InlineData("plateau")]
    [InlineData("no plateau")]
    [InlineData("air leak")]
    public async Task The_same_samples_give_the_finding_of_the_examination(string course)
    {
        var chance = new Random(5);
        double Course(double at) => (course == "no plateau" ? 55 - (0.02 * at) : 22) + (110 * Math.Exp(-at / 90)) + chance.NextDouble() + (course == "air leak" && at is > 300 and < 330 ? 90 : 0);
        HandTape tape = HandTape.Begun();
        List<string> samples = [];
        tape.Open(HandTape.ChestSkin, "skin 2");
        tape.At(1).Do(new Act.Bind(HandTape.ChestSkin, Site.Parse("L.CHEST"), "skin 2"));
        tape.Do(new Act.Start(HandTape.ChestStep));
        tape.Folded = _ => samples.AddRange(tape.Fold.LastReadings.Where(r => r.Kind == ReadingKind.TranscutaneousOxygen).Select(r => r.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        tape.Tensions(HandTape.ChestSkin, 1, 1500, Course);
        tape.Folded = null;
        tape.Do(new Act.Stop(HandTape.ChestStep));

        Finding live = tape.Finding(HandTape.ChestStep)!;
        JsonElement recording = await OxygenAsync(samples, "1");
        double Of(string name) => recording.GetProperty(name).GetDouble();
        Assert.Equal(MeasurementState.Measured, live.State);
        Assert.Equal(live.State.Word(), recording.GetProperty("state").GetString());
        Assert.Equal(Rounded(live.Unrounded!.Value, 10), Of("tcpo2_mmHg"));
        Assert.Equal(Rounded(live.Uncertainty!.Value, 10), Of("uncertainty_mmHg"));
        Assert.Equal(Rounded(live.Parts.Single(p => p.Name == "slope").Value!.Value, 100), Of("slope_mmHg_per_min"));
        Assert.Equal(live.Parts.Single(p => p.Name == "tcpo2-plat-time").Value!.Value, Of("at_s"));
        Assert.Equal(live.Flags, recording.GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(course switch { "no plateau" => ["no_plateau"], "air leak" => ["air_leak"], _ => Array.Empty<string>() }, live.Flags);

        static double Rounded(double value, double parts) => Math.Floor((value * parts) + 0.5) / parts;
    }

    /// <summary>A site that waits 5 minutes in place of 10 has its answer that much earlier, and the answer says so.</summary>
    [Fact]
    public async Task A_site_s_own_constants_make_the_plateau_and_are_named_by_it()
    {
        string folder = Directory.CreateTempSubdirectory("rules").FullName, rules = Path.Combine(folder, "rules.json"), file = Path.Combine(folder, "course.csv");
        await File.WriteAllTextAsync(rules, $$"""{ "version": "{{ClinicalRules.Default.Version}}", "plateau": { "warm_up_s": 300 } }""");
        await File.WriteAllLinesAsync(file, Enumerable.Repeat("40", 900).Prepend("x"));
        try
        {
            (int exit, string usual, _) = await RunAsync("tcpo2", file, "--rate", "1", "--column", "x", "--json");
            (_, string own, _) = await RunAsync("tcpo2", file, "--rate", "1", "--column", "x", "--json", "--rules", rules);
            JsonElement site = JsonDocument.Parse(own).RootElement;
            Assert.Equal((0, 300.0), (exit, JsonDocument.Parse(usual).RootElement.GetProperty("at_s").GetDouble() - site.GetProperty("at_s").GetDouble()));
            Assert.Equal("site-rule plateau.warm_up_s 300 instead of 600", site.GetProperty("flags")[0].GetString());
            (int refused, _, string errors) = await RunAsync("tcpo2", file, "--rate", "1", "--column", "x", "--rules", rules + "x");
            Assert.Equal((1, true), (refused, errors.StartsWith("error: no such rules file", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("75")]
    [InlineData("0.05")]
    [InlineData("0,5")]
    public async Task A_rate_that_is_no_oxygen_monitors_is_a_usage_error(string rate)
    {
        (int exit, _, string errors) = await RunAsync("tcpo2", "x.csv", "--rate", rate, "--column", "a");
        Assert.Equal(2, exit);
        Assert.StartsWith($"error: --rate '{rate}' is not a number from 0.1 to 2", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_and_a_missing_column_are_named()
    {
        string file = Path.Combine(Recordings, "cuff_ppg", "run_d01.csv");
        Assert.Contains("no such file", (await RunAsync("ppg", file + "x", "--rate", "100")).Errors, StringComparison.Ordinal);
        Assert.Contains("no column 'x'", (await RunAsync("ppg", file, "--rate", "100", "--column", "x")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cuff_alone_gives_mean_and_systolic_and_a_held_one_its_pulse_volume_only()
    {
        // pulses grow and shrink around 93 mmHg, wider above than below; the held cuff has them all the same height
        static double Pulse(double t) => t * 1.2 % 1 is var phase && phase < 0.2 ? Math.Sin(Math.PI * phase / 0.4) : Math.Exp(-((t * 1.2 % 1) - 0.2) * 4);
        static double Fallen(double t) => (t < 4 ? 42.5 * t : 170 - 2.5 * (t - 4)) is var cuff && (cuff - 93) / (cuff > 93 ? 28 : 20) is var away ? cuff + 3 * Math.Exp(-away * away) * Pulse(t) : 0;
        JsonElement fallen = await CuffAsync(Enumerable.Range(0, 58_000).Select(k => Fallen(k / 1000.0)));
        Assert.Equal(("oscillometry", "measured"), (fallen.GetProperty("method").GetString(), fallen.GetProperty("state").GetString()));
        Assert.InRange(fallen.GetProperty("mean_mmHg").GetDouble(), 90, 97);
        Assert.Equal(0.57, fallen.GetProperty("systolic_ratio").GetDouble());
        Assert.Equal("systolic_by_fixed_ratio", fallen.GetProperty("flags")[0].GetString());

        JsonElement held = await CuffAsync(Enumerable.Range(0, 40_000).Select(k => Math.Min(150, k * 0.0375) + Pulse(k / 1000.0)));
        Assert.Equal(("unreadable", "no_deflation"), (held.GetProperty("state").GetString(), held.GetProperty("flags")[0].GetString()));
        Assert.Equal(JsonValueKind.Null, held.GetProperty("systolic_mmHg").ValueKind);
        Assert.InRange(held.GetProperty("pulse_volume").GetProperty("cuff_mmHg").GetDouble(), 149, 152);
    }

    [Fact]
    public async Task A_plot_is_svg_with_a_mark_for_each_beat()
    {
        string file = Path.GetTempFileName();
        try
        {
            (int exit, string output, _) = await RunAsync("ppg", Path.Combine(Recordings, "ppg", "heartpy_data.csv"), "--rate", "100", "--plot", file, "--json");
            Assert.Equal(0, exit);
            System.Xml.Linq.XElement svg = System.Xml.Linq.XElement.Load(file);
            Assert.Equal("svg", svg.Name.LocalName);
            Assert.Equal(JsonDocument.Parse(output).RootElement.GetProperty("beats").GetArrayLength(), svg.Descendants().Count(e => e.Name.LocalName == "line"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_plot_of_oxygen_leaves_what_is_missing_open_and_marks_the_answer()
    {
        string file = Path.GetTempFileName(), table = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(table, ["mmHg", .. Enumerable.Range(0, 1000).Select(k => k is > 200 and < 230 ? "" : "40")]);
            (int exit, _, _) = await RunAsync("tcpo2", table, "--rate", "1", "--column", "mmHg", "--plot", file, "--json");
            Assert.Equal(0, exit);
            System.Xml.Linq.XElement svg = System.Xml.Linq.XElement.Load(file);
            Assert.Single(svg.Descendants(), e => e.Name.LocalName == "line");
            Assert.Equal(4, svg.Descendants().Count(e => e.Name.LocalName == "polyline"));       // before and after, as read and as the twin sees it
            Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
            File.Delete(table);
        }
    }

    /// <summary>A picture says what was found, in what unit and when, and a toe that went flat is flat in it: one scale for all rows of a channel.</summary>
    [Fact]
    public async Task A_plot_has_axes_a_legend_and_what_was_found_and_one_scale()
    {
        string plot = Path.GetTempFileName();
        double Pulse(double t) => t % 1 < 0.16 ? (1 - Math.Cos(Math.PI * (t % 1) / 0.16)) / 2 : Math.Exp(-4 * ((t % 1) - 0.16));
        await WithFileAsync("ppg\n" + string.Concat(Enumerable.Range(0, 9000).Select(k => $"{2000 + (k < 4500 ? Math.Round(400 * Pulse(k / 75.0)) : k % 2)}\n")), async file =>
        {
            (int exit, string output, _) = await RunAsync("ppg", file, "--rate", "75", "--plot", plot, "--json");
            string first = await File.ReadAllTextAsync(plot);
            await RunAsync("ppg", file, "--rate", "75", "--plot", plot, "--json");
            Assert.Equal((0, first), (exit, await File.ReadAllTextAsync(plot)));
            System.Xml.Linq.XElement svg = System.Xml.Linq.XElement.Parse(first);
            string[] texts = [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
            JsonElement result = JsonDocument.Parse(output).RootElement;
            Assert.StartsWith($"state {result.GetProperty("state").GetString()} · heart_rate_per_min ", texts[0], StringComparison.Ordinal);
            Assert.Contains("plethysmogram, units of the file", texts);
            Assert.Contains("off-line twin, filtered forward and back", texts);
            Assert.Contains(texts, t => t.StartsWith("taken for beats and not counted", StringComparison.Ordinal));
            Assert.Equal(2, texts.Count(t => t == "time, s"));
            Assert.Equal(2, texts.Count(t => t == "2200"));
            Assert.Contains("115", texts);
            double Height(int row) => svg.Descendants().Where(e => e.Name.LocalName == "polyline" && e.Attribute("stroke")!.Value == "#146").ElementAt(row).Attribute("points")!.Value
                .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => double.Parse(p.Split(',')[1], CultureInfo.InvariantCulture)) is var y ? y.Max() - y.Min() : 0;
            Assert.Equal((150, true), (Height(0), Height(1) < 1));
        });
        File.Delete(plot);
    }

    private static async Task WithFileAsync(string text, Func<string, Task> check)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text);
            await check(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<JsonElement> CuffAsync(IEnumerable<double> mmHg)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, ["cuff_mmHg", .. mmHg.Select(v => v.ToString("F3", CultureInfo.InvariantCulture))]);
            (int exit, string output, _) = await RunAsync("pressure", file, "--rate", "1000", "--cuff", "cuff_mmHg", "--json");
            Assert.Equal(0, exit);
            return JsonDocument.Parse(output).RootElement;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<JsonElement> OxygenAsync(IEnumerable<string> readings, string rate)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, ["PO2 mmHg (81)", .. readings]);
            (int exit, string output, _) = await RunAsync("tcpo2", file, "--rate", rate, "--column", "PO2 mmHg (81)", "--json");
            Assert.Equal(0, exit);
            return JsonDocument.Parse(output).RootElement;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(params string[] args)
    {
        TextWriter console = Console.Out;
        using StringWriter output = new(), errors = new();
        Console.SetOut(output);
        try
        {
            int exit = await CommandLine.RunAsync(new RootCommand { AnalyzeCommand.Build() }, ["analyze", .. args], errors);
            return (exit, output.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}
