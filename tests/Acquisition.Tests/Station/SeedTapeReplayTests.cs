using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;

namespace Vascular.Acquisition.Tests.Station;

/// <summary><c>acquisition replay</c> as a process of its own, on processors that can do less.</summary>
public sealed class SeedTapeReplayTests(SeedDataFolder folder) : IClassFixture<SeedDataFolder>
{
    private const string Tunables = "GLIBC_TUNABLES";
    private const string WithoutFma = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(null, null)]
    [InlineData("DOTNET_EnableAVX2", "0")]
    [InlineData("DOTNET_EnableFMA", "0")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    [InlineData("DOTNET_TieredCompilation", "0")]
    [InlineData(Tunables, WithoutFma)]
    public async Task Every_finding_is_derived_again_bit_for_bit(string? variable, string? value)
    {
        (int exit, string text) = await RunAsync(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "acquisition.dll"), "replay", folder.Tape, "--keys", folder.Keys, "--json"],
            variable,
            value);
        Assert.True(exit == 0, text);
        JsonElement outcome = JsonDocument.Parse(text).RootElement;
        Assert.Empty(outcome.GetProperty("differences").EnumerateArray());
        Assert.InRange(outcome.GetProperty("findings").GetInt32(), 14, 40);
        Assert.Equal(outcome.GetProperty("findings").GetInt32(), outcome.GetProperty("identical").GetInt32());
    }

    /// <summary>A name glibc does not know is passed over in silence, and the test above would say nothing.</summary>
    [GlibcWithFmaFact]
    public async Task The_tunable_takes_FMA_and_AVX2_from_glibc()
    {
        string whole = (await RunAsync(GlibcWithFmaFactAttribute.Loader, ["--list-diagnostics"], null, null)).Text;
        string less = (await RunAsync(GlibcWithFmaFactAttribute.Loader, ["--list-diagnostics"], Tunables, WithoutFma)).Text;
        string unknown = (await RunAsync(GlibcWithFmaFactAttribute.Loader, ["--list-diagnostics"], Tunables, "glibc.cpu.hwcaps=-NOT_A_FEATURE")).Text;
        Assert.NotEqual(Features(whole), Features(less));
        Assert.Equal(Features(whole), Features(unknown));
    }

    private static string Features(string diagnostics)
    {
        string[] features = [.. diagnostics.Split('\n').Where(l => l.StartsWith("x86.cpu_features", StringComparison.Ordinal))];
        Assert.NotEmpty(features);
        return string.Join('\n', features);
    }

    private static async Task<(int Exit, string Text)> RunAsync(string program, string[] arguments, string? variable, string? value)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        if (variable is not null)
        {
            start.Environment[variable] = value;
        }

        using Process process = Process.Start(start)!;
        string text = await process.StandardOutput.ReadToEndAsync().WaitAsync(Deadline);
        await process.WaitForExitAsync().WaitAsync(Deadline);
        return (process.ExitCode, text);
    }
}

/// <summary>Needs glibc's loader on a processor that has AVX2 and FMA to take away.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GlibcWithFmaFactAttribute : FactAttribute
{
    public const string Loader = "/lib64/ld-linux-x86-64.so.2";

    public GlibcWithFmaFactAttribute()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || !File.Exists(Loader) || !Avx2.IsSupported || !Fma.IsSupported)
        {
            Skip = $"needs {Loader} and a processor with AVX2 and FMA";
        }
    }
}
