using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Records;

public sealed class RecordDatabaseTests
{
    [Fact]
    public async Task Every_connection_syncs_each_commit_and_writes_ahead()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        for (int connection = 0; connection < 3; connection++)
        {
            await using RecordContext context = record.Database.Context();
            Assert.Equal("wal", await PragmaAsync(context, "journal_mode"));
            Assert.Equal("2", await PragmaAsync(context, "synchronous")); // FULL
            Assert.Equal("1", await PragmaAsync(context, "foreign_keys"));
        }

        using RecordContext plain = record.Database.Context();
        plain.Database.OpenConnection();
        Assert.Equal("2", await PragmaAsync(plain, "synchronous"));
    }

    [Fact]
    public async Task A_second_writer_waits_for_the_first_instead_of_finding_the_file_busy()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await using RecordContext one = record.Database.Context();
        await using RecordContext two = record.Database.Context();
        RecordTransaction first = await record.Database.BeginAsync(one, default);
        Task<RecordTransaction> second = record.Database.BeginAsync(two, default);
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        await (await second.WaitAsync(TimeSpan.FromSeconds(20))).DisposeAsync();
    }

    [Fact]
    public async Task The_model_and_the_migrations_say_the_same()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await using RecordContext context = record.Database.Context();
        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Empty(await context.Database.GetPendingMigrationsAsync());
    }

    [Fact]
    public async Task A_database_opened_again_keeps_what_it_had()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        RecordDatabase again = await RecordDatabase.OpenAsync(record.File, default);
        Examination? examination = await new ExaminationRecord(again).ExaminationAsync(SeedSession.Examination, default);
        Assert.Equal(TemporaryRecord.StartNs, examination?.StartedUtcNs);
    }

    [Fact]
    public async Task Only_the_owner_reads_the_file_and_its_log()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(record.File)!))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, new string('x', 4096));
        await Assert.ThrowsAsync<SqliteException>(() => RecordDatabase.OpenAsync(file, default));
        File.Delete(file);
    }

    [Fact]
    public void A_finding_reads_back_to_the_same_bits_and_the_same_text()
    {
        foreach (Finding finding in SeedSession.Findings())
        {
            Finding odd = finding with { Unrounded = 0.1 + 0.2, Uncertainty = double.Epsilon, Reason = "größe \"<>\"" };
            string json = FindingRecord.ToText(odd);
            Finding back = FindingRecord.FromText(json);
            Assert.Equal(json, FindingRecord.ToText(back));
            Assert.Equal(BitConverter.DoubleToInt64Bits(odd.Unrounded.Value), BitConverter.DoubleToInt64Bits(back.Unrounded!.Value));
            Assert.Equal((odd.Id, odd.Site, odd.State, odd.Reason, odd.Printed), (back.Id, back.Site, back.State, back.Reason, back.Printed));
            Assert.Equal(odd.Inputs, back.Inputs);
            Assert.Equal(odd.Parts, back.Parts);
            Assert.Equal(odd.Trace?.Samples, back.Trace?.Samples);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"state\":\"perhaps\"}")]
    public void A_text_that_is_no_finding_is_refused(string json) =>
        Assert.ThrowsAny<FormatException>(() => FindingRecord.FromText(json));

    [Fact]
    public void Time_is_whole_nanoseconds_of_UTC_whatever_the_offset()
    {
        DateTimeOffset time = new(2017, 9, 30, 14, 30, 0, TimeSpan.FromHours(2));
        Assert.Equal(1_506_774_600_000_000_000, UtcNs.Of(time));
        Assert.Equal(time, UtcNs.ToTime(1_506_774_600_000_000_000));
    }

    private static async Task<string?> PragmaAsync(RecordContext context, string name)
    {
        await context.Database.OpenConnectionAsync();
        await using System.Data.Common.DbCommand command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA " + name;
        return Convert.ToString(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
