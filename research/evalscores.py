from lab import *
def main(model,scores):
    res={}
    for n in ALL:
        for s in range(5):
            p=f"{scores}/{n}_{s}.npy"
            if os.path.exists(p): res.setdefault((model,os.path.basename(scores)),{})[(n,s)]=evaluate(Run(model,n,s),np.load(p))
    return res
if __name__=="__main__":
    for a in sys.argv[1:]: m,s=a.split(":"); show(main(m,s))
