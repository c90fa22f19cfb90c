using System.Globalization;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

public sealed class FolderTests : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("folders-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("/given", "/state", "/home/a", "/given")]
    [InlineData(null, "/state", "/home/a", "/state/vascular-acquisition")]
    [InlineData(null, null, "/home/a", "/home/a/.local/state/vascular-acquisition")]
    [InlineData(null, "relative", "/home/a", "/home/a/.local/state/vascular-acquisition")]
    [InlineData(null, "", "/home/a", "/home/a/.local/state/vascular-acquisition")]
    public void The_data_folder_is_the_one_given_else_the_users_own(string? given, string? state, string? home, string expected) =>
        Assert.Equal(expected, DataFolder.PathFor(given, Environment(("XDG_STATE_HOME", state), ("HOME", home))));

    [Fact]
    public void Without_any_home_the_message_says_what_to_set()
    {
        CommandFailure failure = Assert.Throws<CommandFailure>(() => DataFolder.PathFor(null, Environment()));
        Assert.Equal("no home folder, XDG_STATE_HOME and HOME, set one of them or give a folder with --data", failure.Message);
    }

    [Fact]
    public void Opening_makes_the_folder_and_its_tapes_for_this_user_alone()
    {
        string path = Path.Combine(folder.FullName, "a", "b");
        using DataFolder data = DataFolder.Open(path);
        Assert.Equal(path, data.Path);
        Assert.True(Directory.Exists(data.Tapes));
        Assert.Equal(Path.Combine(path, "record.db"), data.RecordDatabase);
        Assert.Equal(OwnerFolder, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_second_owner_is_told_who_has_the_folder_until_it_is_free()
    {
        using (DataFolder.Open(folder.FullName))
        {
            File.WriteAllText(Path.Combine(folder.FullName, "record.db"), "the owner works in it");
            CommandFailure failure = Assert.Throws<CommandFailure>(() => DataFolder.Open(folder.FullName));
            Assert.Equal(
                string.Create(CultureInfo.InvariantCulture, $"data folder is in use by process {System.Environment.ProcessId}, {folder.FullName}, end that process or give another folder with --data"),
                failure.Message);
        }

        DataFolder.Open(folder.FullName).Dispose();
    }

    [Fact]
    public void What_a_dead_process_left_behind_does_not_lock()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "station.pid"), "99999999999");
        DataFolder.Open(folder.FullName).Dispose();
        Assert.Equal(System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture), File.ReadAllText(Path.Combine(folder.FullName, "station.pid")));
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_refused_by_name()
    {
        string path = Path.Combine(folder.FullName, "file");
        File.WriteAllText(path, "");
        CommandFailure failure = Assert.Throws<CommandFailure>(() => DataFolder.Open(path));
        Assert.StartsWith($"data folder cannot be used, {path}, make it a folder this user may write", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/config", "/home/a", "/config/vascular-acquisition/keys")]
    [InlineData(null, "/home/a", "/home/a/.config/vascular-acquisition/keys")]
    public void Keys_lie_with_the_users_configuration_and_not_with_the_data(string? config, string? home, string expected) =>
        Assert.Equal(expected, KeysFolder.PathFor(Environment(("XDG_CONFIG_HOME", config), ("HOME", home))));

    [Fact]
    public void A_keys_folder_is_made_for_this_user_alone()
    {
        string path = Path.Combine(folder.FullName, "x", "keys");
        KeysFolder.Prepare(path);
        Assert.Equal(OwnerFolder, File.GetUnixFileMode(path));
        KeysFolder.Prepare(path);
    }

    [Fact]
    public void A_keys_folder_or_key_that_others_may_read_is_refused_with_the_mend()
    {
        string path = Path.Combine(folder.FullName, "keys");
        string key = Path.Combine(path, "station.pem");
        KeysFolder.Prepare(path);
        File.WriteAllBytes(key, [1]);
        File.SetUnixFileMode(key, OwnerFile | UnixFileMode.GroupRead);
        Assert.StartsWith(
            $"others may read private keys, {key}, run chmod 600 {key}",
            Assert.Throws<CommandFailure>(() => KeysFolder.Prepare(path)).Message,
            StringComparison.Ordinal);

        File.SetUnixFileMode(key, OwnerFile);
        File.SetUnixFileMode(path, OwnerFolder | UnixFileMode.OtherExecute);
        Assert.StartsWith($"others may read private keys, {path}, run chmod 700 {path}", Assert.Throws<CommandFailure>(() => KeysFolder.Prepare(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_may_be_read_by_anyone()
    {
        string path = Path.Combine(folder.FullName, "keys");
        KeysFolder.Prepare(path);
        string certificate = Path.Combine(path, "ca.crt");
        File.WriteAllBytes(certificate, [1]);
        File.SetUnixFileMode(certificate, OwnerFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        KeysFolder.Prepare(path);
    }

    private static Func<string, string?> Environment(params (string Name, string? Value)[] variables) =>
        name => variables.FirstOrDefault(variable => variable.Name == name).Value;
}
