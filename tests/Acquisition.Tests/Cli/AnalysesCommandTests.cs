using System.CommandLine;
using System.Globalization;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Tests.Cli;

/// <summary><c>acquisition analyses</c> as typed; what it derives is tested beside <c>analyze angiography</c>.</summary>
public sealed class AnalysesCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("analyses-");

    public async Task InitializeAsync() => await RecordDatabase.OpenAsync(Path.Combine(folder.FullName, "record.db"), default);

    public Task DisposeAsync()
    {
        folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_archive_is_named_by_its_address()
    {
        StringWriter output = new(CultureInfo.InvariantCulture), errors = new(CultureInfo.InvariantCulture);
        ParseResult parsed = Parse("http://127.0.0.1:1/dicom-web/");
        Assert.Equal(0, await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }));
        Assert.Equal(("0 analyses: 0 identical, 0 of another method version, 0 whose frames the archive does not hand out, 0 different", ""), (output.ToString().Trim(), errors.ToString()));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("dicom-web")]
    public void What_is_no_address_is_usage(string address) => Assert.Contains("is no address of an archive", Assert.Single(Parse(address).Errors).Message, StringComparison.Ordinal);

    private ParseResult Parse(string address) => new RootCommand { AnalysesCommand.Build() }.Parse(["analyses", "--data", folder.FullName, "--archive", address]);
}
