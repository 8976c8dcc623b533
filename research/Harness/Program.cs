switch (args[0])
{
    case "export": Export.Run(args[1], args[2], int.Parse(args[3]), args.Length > 4 && args[4] == "full"); break;
    case "train": Train.Run(args[1], args[2], args[3..]); break;
    case "score": Score.Run(args[1], args[2], args[3], int.Parse(args[4]), int.Parse(args[5])); break;
}
