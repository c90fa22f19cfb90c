using System.Globalization;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Cli;
using Vascular.Devices.Interop;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>Looks for what is missing or wrong on a machine before a station is started there, or while it runs. It changes nothing.</summary>
/// <param name="file">The station file; null: a station without one.</param>
/// <param name="data">The data folder.</param>
/// <param name="keys">The keys folder.</param>
public sealed class Doctor(Machine machine, string? file, string data, string keys)
{
    /// <summary>Less room than this is worth a word, as on the page.</summary>
    private const double LittleRoomHours = 24;

    /// <summary>The archive is looked at as well: angiograms will be read here.</summary>
    public bool WithAngiography { get; init; }

    /// <summary>Everything found, in the order a person would mend it.</summary>
    public async Task<IReadOnlyList<Complaint>> LookAsync(CancellationToken cancel)
    {
        List<Complaint> found = [];
        StationConfiguration station = new() { Site = "lab-a", Gateway = "bedside-box-01" };
        try
        {
            station = file is null ? station : StationConfiguration.Read(file);
        }
        catch (CommandFailure wrong)
        {
            found.Add(new Complaint("configuration", wrong.What, wrong.Where, wrong.WhatToDo));
        }

        bool serves = IsServing();
        found.AddRange(Keys());
        found.AddRange(Data());
        found.AddRange(Room(station));
        found.AddRange(serves ? [] : Ports(station));
        found.AddRange(station.Devices.Where(d => !d.Simulate).SelectMany(d => DeviceCheck.Of(d, machine)));
        found.AddRange(await BrokerCheck.OfAsync(station.Broker, station.Gateway, keys, serves, machine.Time, cancel));
        found.AddRange(Clock());
        found.AddRange(WithAngiography && machine.MissingForAngiography() is { } missing
            ? [new Complaint("angiography", missing, "on this machine", "install the packages orthanc, orthanc-dicomweb and orthanc-gdcm")]
            : Array.Empty<Complaint>());
        found.AddRange(Locale());
        return found;
    }

    /// <summary>A station runs on the data folder: ports that are taken are its own.</summary>
    private bool IsServing()
    {
        try
        {
            using FileLock? free = Directory.Exists(data) ? FileLock.TryTake(data) : null;
            return Directory.Exists(data) && free is null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private IEnumerable<Complaint> Keys()
    {
        if (!Directory.Exists(keys))
        {
            return HasTapes()
                ? [new Complaint("keys", "the recordings' keys are missing", keys, "put back the copy of that folder: without it no recording can be read")]
                : Writable("keys", keys);
        }

        List<Complaint> found = [.. KeysFolder.OpenToOthers(keys).Select(open =>
            new Complaint("keys", "others may read private keys", open.Path, $"run chmod {open.Mode} {open.Path}, and make new keys if anyone else uses this machine"))];
        if (HasTapes())
        {
            found.AddRange(Capture.TapeKeys.FilesOf(keys).Where(key => !File.Exists(key))
                .Select(key => new Complaint("keys", "a key of the recordings is missing", key, "put back the copy of that file: without it no recording can be read, or none be told from a forged one")));
        }

        return found;
    }

    private bool HasTapes()
    {
        string tapes = Path.Combine(data, "tapes");
        return Directory.Exists(tapes) && Directory.EnumerateDirectories(tapes).Any();
    }

    private IEnumerable<Complaint> Data() => Writable("data", data);

    /// <summary>The folder, or where it will be made, can be written.</summary>
    private IEnumerable<Complaint> Writable(string subject, string folder)
    {
        if (File.Exists(folder))
        {
            yield return new Complaint(subject, "a file is where the folder should be", folder, "move it away or name another folder");
        }
        else if (!machine.MayUse(Existing(folder)))
        {
            yield return new Complaint(subject, "the folder cannot be written", Existing(folder), "make it a folder this user may write, or name another");
        }
    }

    private static string Existing(string folder)
    {
        string at = Path.GetFullPath(folder);
        while (!Directory.Exists(at))
        {
            at = Path.GetDirectoryName(at)!;
        }

        return at;
    }

    private IEnumerable<Complaint> Room(StationConfiguration station)
    {
        double hours = StorageConfiguration.HoursLeft(station, machine.FreeBytes(Existing(data)));
        string left = string.Create(CultureInfo.InvariantCulture, $"the disk has room for {hours:0.0} h of recording");
        if (hours < station.Storage.FloorHours)
        {
            yield return new Complaint("room", string.Create(CultureInfo.InvariantCulture, $"{left}, and no examination begins below {station.Storage.FloorHours:0.#} h"), data, "make room there, or lower storage.floor_hours in station.json");
        }
        else if (hours < LittleRoomHours)
        {
            yield return new Complaint("room", left, data, "make room there, or write storage.keep_hours in station.json, so that delivered recordings go");
        }
    }

    private IEnumerable<Complaint> Ports(StationConfiguration station)
    {
        List<(int Port, string Where)> wanted = [(station.Page.Port, "page.port")];
        wanted.AddRange(station.Broker.Embedded ? [(station.Broker.Port, "broker.port")] : Array.Empty<(int, string)>());
        foreach (DeviceConfiguration device in station.Devices.Where(d => !d.Simulate))
        {
            wanted.AddRange(device.Link is LinkSettings.Listening listening ? [(listening.Port, $"{listening.ConfiguredAt}.port")] : Array.Empty<(int, string)>());
            wanted.AddRange(device.Link?.Relay is { } relay ? [(relay.Port, $"{device.Link.ConfiguredAt}.relay.port")] : Array.Empty<(int, string)>());
        }

        return wanted.Where(one => one.Port != 0 && !machine.IsPortFree(one.Port)).Select(one => new Complaint(
            "port",
            string.Create(CultureInfo.InvariantCulture, $"TCP port {one.Port} is in use by another program"),
            one.Where,
            string.Create(CultureInfo.InvariantCulture, $"end that program ('ss -ltnp sport = :{one.Port}' names it) or choose another port")));
    }

    /// <summary>A machine without a battery clock starts somewhere in the past and jumps when a time server answers; without one it stays there.</summary>
    private IEnumerable<Complaint> Clock()
    {
        if (machine.IsClockSynchronised() != false)
        {
            yield break;
        }

        bool battery = Directory.Exists(machine.BatteryClocks) && Directory.EnumerateFileSystemEntries(machine.BatteryClocks).Any();
        yield return battery
            ? new Complaint("clock", "no time server keeps the clock", "on this machine", "name one of the hospital's to systemd-timesyncd or chrony: the times of results rest on it")
            : new Complaint("clock", "no time server keeps the clock, and there is no battery clock: after a power cut the date is wrong until one answers", machine.BatteryClocks, "name one of the hospital's to systemd-timesyncd or chrony, and fit a battery clock (on a Raspberry Pi: dtoverlay=i2c-rtc) or start the station after time-sync.target");
    }

    /// <summary>The program is the same in every locale; a terminal that is not UTF-8 spoils names in what it prints.</summary>
    private IEnumerable<Complaint> Locale()
    {
        (string Name, string? Value) set = ((string[])["LC_ALL", "LC_CTYPE", "LANG"]).Select(name => (name, machine.Variable(name))).FirstOrDefault(one => !string.IsNullOrEmpty(one.Item2));
        string? value = set.Value?.Replace("-", string.Empty, StringComparison.Ordinal);
        if (value?.Contains("UTF8", StringComparison.OrdinalIgnoreCase) != true)
        {
            yield return new Complaint("locale", value is null ? "no locale is set" : $"{set.Value} is not UTF-8", set.Name ?? "LANG", "set LANG=C.UTF-8: names are printed in UTF-8");
        }
    }
}
