using System.CommandLine;
using System.Text.Json;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Tests.Cli;

[CollectionDefinition("console", DisableParallelization = true)]
public class ConsoleTests;

[Collection("console")]
public class AnalyzeCommandTests
{
    private static readonly string Recordings = Path.Combine(AppContext.BaseDirectory, "recordings");

    [Fact]
    public async Task Ppg_answers_beats_rate_and_an_open_flatness()
    {
        (int exit, string output, _) = await RunAsync("ppg", Path.Combine(Recordings, "ppg", "neurokit_rest5.csv"), "--rate", "100", "--json");
        Assert.Equal(0, exit);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        Assert.InRange(result.GetProperty("heart_rate_per_min").GetDouble(), 80, 92);
        Assert.InRange(result.GetProperty("beats").GetArrayLength(), 410, 440);
        Assert.Equal("pulsatile", result.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("pfi").ValueKind);
    }

    [Fact]
    public async Task The_noise_of_a_false_alarm_is_called_unreadable()
    {
        (_, string output, _) = await RunAsync("ppg", Path.Combine(Recordings, "ppg", "challenge2015_v102s.csv"), "--rate", "250", "--json");
        Assert.Equal("unreadable", JsonDocument.Parse(output).RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Pressure_by_return_of_pulse_prints_the_integer_beside_the_tenth()
    {
        (int exit, string output, _) = await RunAsync("pressure", Path.Combine(Recordings, "cuff_ppg", "run_d02.csv"), "--rate", "125", "--cuff", "cuff_mmHg", "--ppg", "ppg_adc12", "--json");
        Assert.Equal(0, exit);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        Assert.Equal("measured", result.GetProperty("state").GetString());
        Assert.Equal(25.2, result.GetProperty("systolic_mmHg").GetDouble());
        Assert.Equal(25, result.GetProperty("systolic_printed_mmHg").GetInt32());
        Assert.Equal("no_baseline", result.GetProperty("flags")[0].GetString());
    }

    [Theory]
    [InlineData("--rate", "7,5")]
    [InlineData("--rate", "0")]
    public async Task A_bad_rate_is_refused(params string[] rate)
    {
        (int exit, string output, string errors) = await RunAsync(["ppg", Path.Combine(Recordings, "ppg", "heartpy_data.csv"), .. rate]);
        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith($"error: '{rate[1]}' is not a rate, --rate,", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_file_missing_column_and_missing_ppg_are_named()
    {
        string file = Path.Combine(Recordings, "cuff_ppg", "run_d01.csv");
        Assert.Contains("no such file", (await RunAsync("ppg", file + "x", "--rate", "100")).Errors, StringComparison.Ordinal);
        Assert.Contains("no column 'x'", (await RunAsync("ppg", file, "--rate", "100", "--column", "x")).Errors, StringComparison.Ordinal);
        (int exit, _, string errors) = await RunAsync("pressure", file, "--rate", "125", "--cuff", "cuff_mmHg");
        Assert.Equal(1, exit);
        Assert.Contains("oscillometry is not available in this version", errors, StringComparison.Ordinal);
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
